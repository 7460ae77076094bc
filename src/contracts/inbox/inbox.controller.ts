import { Body, HttpCode, Param, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { IdAnswer } from '../../common/id.dto.js';
import { AnswersJson, Controller, Delete, Get, Patch, Post } from '../../common/routes.js';
import { Takes } from '../../common/refuse-extras.guard.js';
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
import { InboxMapper, faultHeaders, notificationJson, pageJson, patchOf, shapeOf } from './inbox.mapper.js';
import { FULL_SHAPE, LIST_SHAPE, SINGLE_SHAPE } from './inbox.shape.js';

@ApiTags('notifications')
@UserRoutes()
@Controller('notifications')
export class InboxController {
  constructor(
    private readonly inbox: InboxService,
    private readonly mapper: InboxMapper,
  ) {}

  @Get('', 'List notifications, newest first')
  @Takes(['query'])
  @AnswersJson(NotificationPage)
  async list(@CurrentUser() userId: string, @Query() query: ListNotificationsQuery): Promise<string> {
    const page = await this.inbox.list(shapeOf(query), this.mapper.query(userId, query));
    return pageJson(page.rows, query.limit);
  }

  @Get('unread-count', 'Count the unread notifications')
  @Takes(['query'])
  @ApiOkResponse({ type: CountAnswer })
  async unreadCount(@CurrentUser() userId: string, @Query() query: UnreadCountQuery): Promise<CountAnswer> {
    return { count: await this.inbox.unreadCount(userId, query.team_id) };
  }

  @Get('counts', 'Count the unread notifications, and those that have come since the user looked')
  @ApiOkResponse({ type: CountsAnswer })
  counts(@CurrentUser() userId: string): Promise<CountsAnswer> {
    return this.inbox.counts(userId);
  }

  @Post('mark-seen', 'Say that the user has looked: what is there now is seen, and stays unread')
  @HttpCode(200)
  @ApiOkResponse({ type: SeenAnswer })
  async markSeen(@CurrentUser() userId: string): Promise<SeenAnswer> {
    await this.inbox.markSeen(userId);
    return { unseen: 0 };
  }

  @Post('mark-all-read', 'Mark every unread notification read')
  @Takes(['body'])
  @HttpCode(200)
  @ApiBody({ type: ScopeBody, required: false })
  @ApiOkResponse({ type: MarkedAnswer })
  async markAllRead(@CurrentUser() userId: string, @Body() body: ScopeBody): Promise<MarkedAnswer> {
    return { marked: await this.inbox.markAll(this.mapper.scope(userId, body)) };
  }

  @Post('archive-read', 'Move every read notification of the inbox to the archive')
  @Takes(['body'])
  @HttpCode(200)
  @ApiBody({ type: StrictScopeBody, required: false })
  @ApiOkResponse({ type: ArchivedAnswer })
  async archiveRead(@CurrentUser() userId: string, @Body() body: StrictScopeBody): Promise<ArchivedAnswer> {
    return { archived: await this.inbox.archiveRead(this.mapper.strictScope(userId, body)) };
  }

  @Post('delete-read', 'Move every read notification to the trash')
  @Takes(['body'])
  @HttpCode(200)
  @ApiBody({ type: StrictScopeBody, required: false })
  @ApiOkResponse({ type: DeletedAnswer })
  async deleteRead(@CurrentUser() userId: string, @Body() body: StrictScopeBody): Promise<DeletedAnswer> {
    return { deleted: await this.inbox.trashRead(this.mapper.strictScope(userId, body)) };
  }

  @Get(':id', 'Get a notification with its data')
  @AnswersJson(NotificationSingleAnswer)
  @ApiProblem(404, 'No such notification of the caller.')
  async get(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return notificationJson(await this.inbox.get(SINGLE_SHAPE, userId, parseId(id)));
  }

  @Patch(':id', 'Mark a notification read or unread, archive it, or snooze it')
  @Takes(['body'])
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
  @HttpCode(200)
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
  @ApiOkResponse({ type: IdAnswer })
  @ApiProblem(404, 'No such notification of the caller.')
  async trash(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.inbox.trash(userId, parseId(id)) };
  }

  @Post(':id/restore', 'Take a notification out of the trash')
  @HttpCode(200)
  @AnswersJson(NotificationAnswer)
  @ApiProblem(404, 'No such notification of the caller.')
  async restore(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return notificationJson(await this.inbox.restore(LIST_SHAPE, userId, parseId(id)));
  }

  @Delete(':id/purge', 'Delete a notification in the trash for good')
  @ApiOkResponse({ type: IdAnswer })
  @ApiProblem(404, 'No such notification of the caller.')
  @ApiProblem(409, 'It is not in the trash.')
  async purge(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.inbox.purge(userId, parseId(id)) };
  }
}
