import { Body, Header, HttpCode, Param, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { IdAnswer } from '../../common/id.dto.js';
import { Controller, Delete, Get, Patch, Post } from '../../common/routes.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { parseId } from '../../common/typeid.js';
import { InboxService } from '../../notifications/inbox.service.js';
import {
  CountAnswer,
  DeletedAnswer,
  ListNotificationsQuery,
  MarkedAnswer,
  NotificationAnswer,
  NotificationPage,
  NotificationSingleAnswer,
  PatchNotificationBody,
  ScopeBody,
  StrictScopeBody,
  UnreadCountQuery,
} from './inbox.dto.js';
import { InboxMapper, notificationJson, pageJson } from './inbox.mapper.js';
import { LIST_SHAPE, SINGLE_SHAPE } from './inbox.shape.js';

const JSON_TYPE = 'application/json; charset=utf-8';

@ApiTags('notifications')
@UserRoutes()
@Controller('notifications')
export class InboxController {
  constructor(
    private readonly inbox: InboxService,
    private readonly mapper: InboxMapper,
  ) {}

  @Get()
  @Takes(['query'])
  @ApiOperation({ summary: 'List notifications, newest first' })
  @ApiOkResponse({ type: NotificationPage })
  @Header('Content-Type', JSON_TYPE)
  async list(@CurrentUser() userId: string, @Query() query: ListNotificationsQuery): Promise<string> {
    const page = await this.inbox.list(LIST_SHAPE, this.mapper.query(userId, query));
    return pageJson(page.rows, query.limit);
  }

  @Get('unread-count')
  @Takes(['query'])
  @ApiOperation({ summary: 'Count the unread notifications' })
  @ApiOkResponse({ type: CountAnswer })
  async unreadCount(@CurrentUser() userId: string, @Query() query: UnreadCountQuery): Promise<CountAnswer> {
    return { count: await this.inbox.unreadCount(userId, query.team_id) };
  }

  @Post('mark-all-read')
  @Takes(['body'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark every unread notification read' })
  @ApiBody({ type: ScopeBody, required: false })
  @ApiOkResponse({ type: MarkedAnswer })
  async markAllRead(@CurrentUser() userId: string, @Body() body: ScopeBody): Promise<MarkedAnswer> {
    return { marked: await this.inbox.markAll(this.mapper.scope(userId, body)) };
  }

  @Post('delete-read')
  @Takes(['body'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Move every read notification to the trash' })
  @ApiBody({ type: StrictScopeBody, required: false })
  @ApiOkResponse({ type: DeletedAnswer })
  async deleteRead(@CurrentUser() userId: string, @Body() body: StrictScopeBody): Promise<DeletedAnswer> {
    return { deleted: await this.inbox.trashRead(this.mapper.strictScope(userId, body)) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a notification with its data' })
  @ApiOkResponse({ type: NotificationSingleAnswer })
  @ApiProblem(404, 'No such notification of the caller.')
  @Header('Content-Type', JSON_TYPE)
  async get(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return notificationJson(await this.inbox.get(SINGLE_SHAPE, userId, parseId(id)));
  }

  @Patch(':id')
  @Takes(['body'])
  @ApiOperation({ summary: 'Mark a notification read or unread' })
  @ApiBody({ type: PatchNotificationBody, required: false })
  @ApiOkResponse({ type: NotificationAnswer })
  @ApiProblem(404, 'No such notification of the caller.')
  @Header('Content-Type', JSON_TYPE)
  async patch(
    @CurrentUser() userId: string,
    @Param('id') id: string,
    @Body() body: PatchNotificationBody,
  ): Promise<string> {
    return notificationJson(await this.inbox.mark(LIST_SHAPE, userId, parseId(id), body.read));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Move a notification to the trash' })
  @ApiOkResponse({ type: IdAnswer })
  @ApiProblem(404, 'No such notification of the caller.')
  async trash(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.inbox.trash(userId, parseId(id)) };
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a notification out of the trash' })
  @ApiOkResponse({ type: NotificationAnswer })
  @ApiProblem(404, 'No such notification of the caller.')
  @Header('Content-Type', JSON_TYPE)
  async restore(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return notificationJson(await this.inbox.restore(LIST_SHAPE, userId, parseId(id)));
  }

  @Delete(':id/purge')
  @ApiOperation({ summary: 'Delete a notification in the trash for good' })
  @ApiOkResponse({ type: IdAnswer })
  @ApiProblem(404, 'No such notification of the caller.')
  @ApiProblem(409, 'It is not in the trash.')
  async purge(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.inbox.purge(userId, parseId(id)) };
  }
}
