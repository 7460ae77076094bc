import { HttpCode, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { AnswersJson, Controller, Delete, Get, Post, Put } from '../../common/routes.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { parseId } from '../../common/typeid.js';
import { InboxService } from '../../notifications/inbox.service.js';
import { SearchService } from '../../notifications/search.service.js';
import {
  WorkspaceCount,
  WorkspaceListQuery,
  WorkspaceNotification,
  WorkspaceOk,
  WorkspacePage,
  WorkspaceSuccess,
} from './workspace.dto.js';
import { pageJson, searchRequest } from './workspace.mapper.js';
import { WORKSPACE_SHAPE } from './workspace.shape.js';

@ApiTags('workspace')
@UserRoutes()
@Controller('notifications')
export class WorkspaceController {
  constructor(
    private readonly inbox: InboxService,
    private readonly search: SearchService,
  ) {}

  @Get('', 'List notifications by filter and order')
  @Takes(['query'])
  @AnswersJson(WorkspacePage)
  async list(@CurrentUser() userId: string, @Query() query: WorkspaceListQuery): Promise<string> {
    return pageJson(await this.search.search(WORKSPACE_SHAPE, searchRequest(userId, query)));
  }

  @Get('unread-count', 'Count the unread notifications')
  @ApiOkResponse({ type: WorkspaceCount })
  async unreadCount(@CurrentUser() userId: string): Promise<WorkspaceCount> {
    return { count: await this.inbox.unreadCount(userId) };
  }

  @Put('read-all', 'Mark all notifications as read')
  @ApiOkResponse({ type: WorkspaceOk })
  async readAll(@CurrentUser() userId: string): Promise<WorkspaceOk> {
    await this.inbox.markAll({ userId });
    return { ok: true };
  }

  @Get(':id', 'Get a notification by its id')
  @AnswersJson(WorkspaceNotification)
  @ApiProblem(404, 'No such notification of the caller.')
  async get(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return (await this.inbox.get(WORKSPACE_SHAPE, userId, parseId(id))).json;
  }

  @Put(':id/read', 'Mark a notification as read')
  @AnswersJson(WorkspaceNotification)
  @ApiProblem(404, 'No such notification of the caller.')
  async read(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return (await this.inbox.mark(WORKSPACE_SHAPE, userId, parseId(id), true)).json;
  }

  @Delete(':id', 'Move a notification to the trash')
  @ApiOkResponse({ type: WorkspaceSuccess })
  @ApiProblem(404, 'No such notification of the caller.')
  async trash(@CurrentUser() userId: string, @Param('id') id: string): Promise<WorkspaceSuccess> {
    await this.inbox.trash(userId, parseId(id));
    return { success: true };
  }

  @Delete(':id/purge', 'Delete a notification in the trash for good')
  @ApiOkResponse({ type: WorkspaceSuccess })
  @ApiProblem(404, 'No such notification of the caller.')
  @ApiProblem(409, 'It is not in the trash.')
  async purge(@CurrentUser() userId: string, @Param('id') id: string): Promise<WorkspaceSuccess> {
    await this.inbox.purge(userId, parseId(id));
    return { success: true };
  }

  @Post(':id/restore', 'Take a notification out of the trash')
  @HttpCode(200)
  @AnswersJson(WorkspaceNotification)
  @ApiProblem(404, 'No such notification of the caller.')
  async restore(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return (await this.inbox.restore(WORKSPACE_SHAPE, userId, parseId(id))).json;
  }
}
