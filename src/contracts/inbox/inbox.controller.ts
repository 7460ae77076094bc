import { Param, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { IdAnswer } from '../../common/documented.js';
import {
  Answers,
  AnswersJson,
  Body,
  Controller,
  Delete,
  Get,
  Patch,
  Post,
  Query,
} from '../../common/routes.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { parseId } from '../../common/typeid.js';
import { InboxService } from '../../notifications/inbox.service.js';
import {
  ArchivedAnswer,
  CountAnswer,
  CountsAnswer,
  DeletedAnswer,
  ListNotificationsQuery,
  MarkedAnswer,
  NotificationAnswer,
  NotificationFullAnswer,
  NotificationPage,
  NotificationSingleAnswer,
  PatchNotificationBody,
  ScopeBody,
  SeenAnswer,
  StrictScopeBody,
  UnreadCountQuery,
} from './inbox.dto.js';
import {
  faultHeaders,
  inboxPageJson,
  listQuery,
  notificationJson,
  patchOf,
  scopeOf,
  shapeOf,
  strictScopeOf,
} from './inbox.mapper.js';
import { FULL_SHAPE, LIST_SHAPE, SINGLE_SHAPE } from './inbox.shape.js';

@UserRoutes()
@Controller('notifications', 'notifications')
export class InboxController {
  constructor(
    private readonly inbox: InboxService,
    private readonly catalogue: Catalogue,
  ) {}

  @Get('', 'List notifications, newest first')
  @AnswersJson(NotificationPage)
  async list(@CurrentUser() userId: string, @Query() query: ListNotificationsQuery): Promise<string> {
    const page = await this.inbox.list(shapeOf(query), listQuery(this.catalogue, userId, query));
    return inboxPageJson(page.rows, query.limit);
  }

  @Get('unread-count', 'Count the unread notifications')
  @Answers(CountAnswer)
  async unreadCount(@CurrentUser() userId: string, @Query() query: UnreadCountQuery): Promise<CountAnswer> {
    return { count: await this.inbox.unreadCount(userId, query.team_id) };
  }

  @Get('counts', 'Count the unread notifications, and those that have come since the user looked')
  @Answers(CountsAnswer)
  counts(@CurrentUser() userId: string): Promise<CountsAnswer> {
    return this.inbox.counts(userId);
  }

  @Post('mark-seen', 'Say that the user has looked: what is there now is seen, and stays unread')
  @Answers(SeenAnswer)
  async markSeen(@CurrentUser() userId: string): Promise<SeenAnswer> {
    await this.inbox.markSeen(userId);
    return { unseen: 0 };
  }

  @Post('mark-all-read', 'Mark every unread notification read')
  @ApiBody({ type: ScopeBody, required: false })
  @Answers(MarkedAnswer)
  async markAllRead(@CurrentUser() userId: string, @Body() body: ScopeBody): Promise<MarkedAnswer> {
    return { marked: await this.inbox.markAll(scopeOf(this.catalogue, userId, body)) };
  }

  @Post('archive-read', 'Move every read notification of the inbox to the archive')
  @ApiBody({ type: StrictScopeBody, required: false })
  @Answers(ArchivedAnswer)
  async archiveRead(@CurrentUser() userId: string, @Body() body: StrictScopeBody): Promise<ArchivedAnswer> {
    return { archived: await this.inbox.archiveRead(strictScopeOf(this.catalogue, userId, body)) };
  }

  @Post('delete-read', 'Move every read notification to the trash')
  @ApiBody({ type: StrictScopeBody, required: false })
  @Answers(DeletedAnswer)
  async deleteRead(@CurrentUser() userId: string, @Body() body: StrictScopeBody): Promise<DeletedAnswer> {
    return { deleted: await this.inbox.trashRead(strictScopeOf(this.catalogue, userId, body)) };
  }

  @Get(':id', 'Get a notification with its data')
  @AnswersJson(NotificationSingleAnswer)
  @ApiProblem(404, 'No such notification of the caller.')
  async get(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return notificationJson(await this.inbox.get(SINGLE_SHAPE, userId, parseId(id)));
  }

  @Patch(':id', 'Mark a notification read or unread, archive it, or snooze it')
  @ApiBody({ type: PatchNotificationBody, required: false })
  @AnswersJson(NotificationAnswer)
  @ApiProblem(404, 'No such notification of the caller.')
  async patch(
    @CurrentUser() userId: string,
    @Param('id') id: string,
    @Body() body: PatchNotificationBody,
  ): Promise<string> {
    return notificationJson(await this.inbox.patch(LIST_SHAPE, userId, parseId(id), patchOf(body)));
  }

  @Post(
    ':id/actions/:action_id',
    'Take an action of a notification',
    'The first one is recorded and marks the notification read; the same one again changes nothing.',
  )
  @AnswersJson(NotificationFullAnswer)
  @ApiProblem(404, 'No such notification of the caller, or it has no such action.')
  @ApiProblem(409, 'Another action of it has been taken.')
  async act(
    @CurrentUser() userId: string,
    @Param('id') id: string,
    @Param('action_id') actionId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { row, fault } = await this.inbox.act(FULL_SHAPE, userId, parseId(id), actionId);
    void reply.headers(faultHeaders(fault));
    return notificationJson(row);
  }

  @Delete(':id', 'Move a notification to the trash')
  @Answers(IdAnswer)
  @ApiProblem(404, 'No such notification of the caller.')
  async trash(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.inbox.trash(userId, parseId(id)) };
  }

  @Post(':id/restore', 'Take a notification out of the trash')
  @AnswersJson(NotificationAnswer)
  @ApiProblem(404, 'No such notification of the caller.')
  async restore(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return notificationJson(await this.inbox.restore(LIST_SHAPE, userId, parseId(id)));
  }

  @Delete(':id/purge', 'Delete a notification in the trash for good')
  @Answers(IdAnswer)
  @ApiProblem(404, 'No such notification of the caller.')
  @ApiProblem(409, 'It is not in the trash.')
  async purge(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.inbox.purge(userId, parseId(id)) };
  }
}
