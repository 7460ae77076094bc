import { HttpCode, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { AnswersJson, Controller, Delete, Get, Patch, Post, Put } from '../../common/routes.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { parseId } from '../../common/typeid.js';
import { InboxService } from '../../notifications/inbox.service.js';
import { AccountListQuery, AccountOk, AccountPage, AccountSuccess, AccountUpdated } from './account.dto.js';
import { listQuery, pageJson } from './account.mapper.js';
import { ACCOUNT_SHAPE } from './account.shape.js';

const TWO_TABS = 'One that is deleted already is answered as if it had just been done: two tabs do that.';

@ApiTags('account')
@UserRoutes()
@Controller('notifications')
export class AccountController {
  constructor(private readonly inbox: InboxService) {}

  @Get('', 'List notifications, newest first')
  @Takes(['query'])
  @AnswersJson(AccountPage)
  async list(@CurrentUser() userId: string, @Query() query: AccountListQuery): Promise<string> {
    return pageJson(await this.inbox.list(ACCOUNT_SHAPE, listQuery(userId, query)), query);
  }

  @Patch(':notificationId/read', 'Mark a notification read', TWO_TABS)
  @ApiOkResponse({ type: AccountSuccess })
  @ApiProblem(404, 'No such notification of the caller.')
  async read(@CurrentUser() userId: string, @Param('notificationId') id: string): Promise<AccountSuccess> {
    await this.inbox.mark(ACCOUNT_SHAPE, userId, parseId(id), true, 'all');
    return { success: true };
  }

  @Post('read-all', 'Mark every notification read')
  @HttpCode(200)
  @ApiOkResponse({ type: AccountUpdated })
  async readAll(@CurrentUser() userId: string): Promise<AccountUpdated> {
    return { updated: await this.inbox.markAll({ userId }) };
  }

  @Patch('read-all', 'Mark every notification read: clients in the wild use PATCH')
  @ApiOkResponse({ type: AccountUpdated })
  readAllByPatch(@CurrentUser() userId: string): Promise<AccountUpdated> {
    return this.readAll(userId);
  }

  @Put('read-all', 'Mark every notification read, by PUT')
  @ApiOkResponse({ type: AccountUpdated })
  readAllByPut(@CurrentUser() userId: string): Promise<AccountUpdated> {
    return this.readAll(userId);
  }

  @Delete(':notificationId', 'Delete a notification', TWO_TABS)
  @ApiOkResponse({ type: AccountOk })
  @ApiProblem(404, 'No such notification of the caller.')
  async delete(@CurrentUser() userId: string, @Param('notificationId') id: string): Promise<AccountOk> {
    await this.inbox.trash(userId, parseId(id), 'all');
    return { ok: true };
  }

  @Delete('', 'Delete every read notification; unread ones are kept')
  @ApiOkResponse({ type: AccountOk })
  async deleteRead(@CurrentUser() userId: string): Promise<AccountOk> {
    await this.inbox.trashRead({ userId });
    return { ok: true };
  }
}
