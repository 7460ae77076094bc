import { Param } from '@nestjs/common';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Answers, AnswersJson, Controller, Delete, Get, Post, Put, Query } from '../../common/routes.js';
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
import { searchRequest, workspacePageJson } from './workspace.mapper.js';
import { WORKSPACE_SHAPE } from './workspace.shape.js';

@UserRoutes()
@Controller('notifications', 'workspace')
export class WorkspaceController {
  constructor(
    private readonly inbox: InboxService,
    private readonly search: SearchService,
  ) {}

  @Get('', 'List notifications by filter and order')
  @AnswersJson(WorkspacePage)
  async list(@CurrentUser() userId: string, @Query() query: WorkspaceListQuery): Promise<string> {
    return workspacePageJson(await this.search.search(WORKSPACE_SHAPE, searchRequest(userId, query)));
  }

  @Get('unread-count', 'Count the unread notifications')
  @Answers(WorkspaceCount)
  async unreadCount(@CurrentUser() userId: string): Promise<WorkspaceCount> {
    return { count: await this.inbox.unreadCount(userId) };
  }

  @Put('read-all', 'Mark all notifications as read')
  @Answers(WorkspaceOk)
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
  @Answers(WorkspaceSuccess)
  @ApiProblem(404, 'No such notification of the caller.')
  async trash(@CurrentUser() userId: string, @Param('id') id: string): Promise<WorkspaceSuccess> {
    await this.inbox.trash(userId, parseId(id));
    return { success: true };
  }

  @Delete(':id/purge', 'Delete a notification in the trash for good')
  @Answers(WorkspaceSuccess)
  @ApiProblem(404, 'No such notification of the caller.')
  @ApiProblem(409, 'It is not in the trash.')
  async purge(@CurrentUser() userId: string, @Param('id') id: string): Promise<WorkspaceSuccess> {
    await this.inbox.purge(userId, parseId(id));
    return { success: true };
  }

  @Post(':id/restore', 'Take a notification out of the trash')
  @AnswersJson(WorkspaceNotification)
  @ApiProblem(404, 'No such notification of the caller.')
  async restore(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return (await this.inbox.restore(WORKSPACE_SHAPE, userId, parseId(id))).json;
  }
}
