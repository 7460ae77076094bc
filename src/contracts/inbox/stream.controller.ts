import { Head, Headers, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiHeader, ApiOkResponse, ApiProduces } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, UserRoutes } from '../../auth/auth.decorators.js';
import { Controller, Get, Query } from '../../common/routes.js';
import type { UserPrincipal } from '../../auth/principal.js';
import { StreamsService } from '../../realtime/streams.service.js';
import { StreamQuery } from './stream.dto.js';

@UserRoutes()
@Controller('notifications/stream', 'notifications')
export class StreamController {
  constructor(private readonly streams: StreamsService) {}

  /** Fastify would answer HEAD with the handler of GET: a stream without a body, whose connection never gets free. */
  @Head()
  @ApiExcludeEndpoint()
  head(): void {}

  @Get(
    '',
    'Follow the inbox as it changes',
    'Server-sent events: `notification`, `toast`, `read`, `moved` (archived or snoozed), `deleted`, `unread` (the new ' +
      'count), `unseen` (the same of those since `mark-seen`, for users who have called that), and `reset` when too much ' +
      'was missed to resume. The first event is `unread`. Ends with the token.',
  )
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Resumes after this event.' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' } })
  async follow(
    @CurrentPrincipal() principal: UserPrincipal,
    @Query() query: StreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Written to directly: a stream is not one answer. An error before its first byte is still answered as usual.
    await this.streams.open(reply.raw, {
      userId: principal.userId,
      expiresAt: principal.expiresAt,
      lastEventId: lastEventId ?? query.last_event_id,
      headers: reply.getHeaders(),
      begun: () => void reply.hijack(),
    });
  }
}
