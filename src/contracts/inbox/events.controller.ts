import { Body, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, ProducerRoutes } from '../../auth/auth.decorators.js';
import { Controller, Get, Post } from '../../common/routes.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { ApiProblem } from '../../common/problem.dto.js';
import type { ApiKeyPrincipal } from '../../auth/principal.js';
import { EventIntake } from '../../dispatcher/event-intake.js';
import { EventReportService } from '../../dispatcher/event-report.service.js';
import { EventAnswer, EventBody, EventReportAnswer, EventReportQuery } from './events.dto.js';
import { eventAnswer, eventHeaders, eventStatus, reportAnswer } from './events.mapper.js';

@ApiTags('events')
@ProducerRoutes('events')
@Controller('events')
export class EventsController {
  constructor(
    private readonly intake: EventIntake,
    private readonly reports: EventReportService,
  ) {}

  @Post('', 'Tell users that something happened')
  @Takes(['body'])
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'At most 255 characters; for 24 hours the same key answers the same event again.',
  })
  @ApiBody({ type: EventBody })
  @ApiCreatedResponse({ type: EventAnswer })
  @ApiOkResponse({
    type: EventAnswer,
    description: 'The first answer once more: the event was sent before, under the same Idempotency-Key.',
    headers: { 'Idempotency-Replayed': { schema: { type: 'string', enum: ['true'] } } },
  })
  @ApiProblem(409, 'A request with this Idempotency-Key is still running; see Retry-After.')
  @ApiProblem(413, 'More than 8 MB.')
  @ApiProblem(422, 'This Idempotency-Key was used for another event.')
  async create(
    @CurrentPrincipal() caller: ApiKeyPrincipal,
    @Headers('idempotency-key') key: string | undefined,
    // Not an EventBody: it is checked by the core, not by the pipe.
    @Body() body: object,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventAnswer> {
    const sent = await this.intake.accept(body, caller, key);
    void reply.status(eventStatus(sent)).headers(eventHeaders(sent));
    return eventAnswer(sent.result);
  }

  @Get(':id', 'What became of an event, by recipient and channel')
  @Takes(['query'])
  @ApiOkResponse({ type: EventReportAnswer })
  @ApiProblem(404, 'No such event.')
  async report(@Param('id') id: string, @Query() query: EventReportQuery): Promise<EventReportAnswer> {
    return reportAnswer(await this.reports.report(id, query.limit, query.cursor));
  }
}
