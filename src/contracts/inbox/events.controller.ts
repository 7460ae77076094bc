import { Headers, Param, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, ProducerRoutes } from '../../auth/auth.decorators.js';
import { Answers, Body, Controller, Delete, Get, Patch, Post, Query } from '../../common/routes.js';
import { ApiProblem } from '../../common/problem.dto.js';
import type { ApiKeyPrincipal } from '../../auth/principal.js';
import { EventIntake } from '../../dispatcher/event-intake.js';
import { EventReportService } from '../../dispatcher/event-report.service.js';
import { NotificationService } from '../../dispatcher/notification.service.js';
import { ScheduleService } from '../../dispatcher/schedule.service.js';
import { ApiBodyOf } from '../../common/documented.js';
import { NotifyEvent, EventPatch } from '../../dispatcher/event.js';
import { WithdrawRequest } from '../../dispatcher/withdrawal.js';
import {
  CancelAnswer,
  EventAnswer,
  EventDetailsAnswer,
  EventPageAnswer,
  EventReportAnswer,
  EventReportQuery,
  ListEventsQuery,
  WithdrawAnswer,
} from './events.dto.js';
import {
  cancelAnswer,
  eventAnswer,
  eventHeaders,
  eventPage,
  eventStatus,
  listed,
  reportAnswer,
  withdrawAnswer,
} from './events.mapper.js';

@ProducerRoutes('events')
@Controller('events', 'events')
export class EventsController {
  constructor(
    private readonly intake: EventIntake,
    private readonly reports: EventReportService,
    private readonly schedule: ScheduleService,
    private readonly notifications: NotificationService,
  ) {}

  @Post('', 'Tell users that something happened')
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'At most 255 characters; for 24 hours the same key answers the same event again.',
  })
  @ApiBodyOf(NotifyEvent, 'EventBody')
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

  @Get(
    '',
    'List events that are to be sent later, the next first',
    'Or those that failed when they were due.',
  )
  @Answers(EventPageAnswer)
  async list(@Query() { status, cursor, limit }: ListEventsQuery): Promise<EventPageAnswer> {
    return eventPage(await this.schedule.list(status, limit, cursor));
  }

  @Patch(':id', 'Send a scheduled event at another time', 'One that failed is scheduled again.')
  @ApiBodyOf(EventPatch, 'PatchEventBody')
  @Answers(EventDetailsAnswer)
  @ApiProblem(404, 'No such event.')
  @ApiProblem(409, 'It has been sent, or cancelled.')
  async move(@Param('id') id: string, @Body() body: object): Promise<EventDetailsAnswer> {
    return { event: listed(await this.schedule.move(id, body)) };
  }

  @Get(':id', 'What became of an event, by recipient and channel')
  @Answers(EventReportAnswer)
  @ApiProblem(404, 'No such event.')
  async report(@Param('id') id: string, @Query() query: EventReportQuery): Promise<EventReportAnswer> {
    return reportAnswer(await this.reports.report(id, query.limit, query.cursor));
  }

  @Delete(
    ':id',
    'Call an event back',
    'One that is not sent yet is cancelled. One that is sent is withdrawn from every inbox, and what still waits in other ' +
      'channels is not sent. Asked again, the answer is the same.',
  )
  @Answers(CancelAnswer)
  @ApiProblem(404, 'No such event.')
  async cancel(@Param('id') id: string): Promise<CancelAnswer> {
    return cancelAnswer(await this.notifications.cancel(id));
  }

  @Post(
    'withdraw',
    'Call back an event, every event about a thing, or every event with a collapse key',
    'From all users, or from some. What is not sent yet is not sent to them. Of events that are kept (`EVENTS_RETENTION_DAYS`).',
  )
  @ApiBodyOf(WithdrawRequest, 'WithdrawBody')
  @Answers(WithdrawAnswer)
  @ApiProblem(404, 'No such event.')
  async withdraw(@Body() body: object): Promise<WithdrawAnswer> {
    return withdrawAnswer(await this.intake.withdraw(body));
  }
}
