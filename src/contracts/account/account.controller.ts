import { Param } from '@nestjs/common';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import {
  Answers,
  AnswersJson,
  Controller,
  Delete,
  Get,
  Patch,
  Post,
  Put,
  Query,
} from '../../common/routes.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { parseId } from '../../common/typeid.js';
import { InboxService } from '../../notifications/inbox.service.js';
import { AccountListQuery, AccountOk, AccountPage, AccountSuccess, AccountUpdated } from './account.dto.js';
import { accountPageJson, listQuery } from './account.mapper.js';
import { ACCOUNT_SHAPE } from './account.shape.js';

const TWO_TABS = 'One that is deleted already is answered as if it had just been done: two tabs do that.';

@UserRoutes()
@Controller('notifications', 'account')
export class AccountController {
  constructor(private readonly inbox: InboxService) {}

  @Get('', 'List notifications, newest first')
  @AnswersJson(AccountPage)
  async list(@CurrentUser() userId: string, @Query() query: AccountListQuery): Promise<string> {
    return accountPageJson(await this.inbox.list(ACCOUNT_SHAPE, listQuery(userId, query)), query);
  }

  @Patch(':notificationId/read', 'Mark a notification read', TWO_TABS)
  @Answers(AccountSuccess)
  @ApiProblem(404, 'No such notification of the caller.')
  async read(@CurrentUser() userId: string, @Param('notificationId') id: string): Promise<AccountSuccess> {
    await this.inbox.mark(ACCOUNT_SHAPE, userId, parseId(id), true, 'all');
    return { success: true };
  }

  @Post('read-all', 'Mark every notification read')
  @Answers(AccountUpdated)
  async readAll(@CurrentUser() userId: string): Promise<AccountUpdated> {
    return { updated: await this.inbox.markAll({ userId }) };
  }

  @Patch('read-all', 'Mark every notification read: clients in the wild use PATCH')
  @Answers(AccountUpdated)
  readAllByPatch(@CurrentUser() userId: string): Promise<AccountUpdated> {
    return this.readAll(userId);
  }

  @Put('read-all', 'Mark every notification read, by PUT')
  @Answers(AccountUpdated)
  readAllByPut(@CurrentUser() userId: string): Promise<AccountUpdated> {
    return this.readAll(userId);
  }

  @Delete(':notificationId', 'Delete a notification', TWO_TABS)
  @Answers(AccountOk)
  @ApiProblem(404, 'No such notification of the caller.')
  async delete(@CurrentUser() userId: string, @Param('notificationId') id: string): Promise<AccountOk> {
    await this.inbox.trash(userId, parseId(id), 'all');
    return { ok: true };
  }

  @Delete('', 'Delete every read notification; unread ones are kept')
  @Answers(AccountOk)
  async deleteRead(@CurrentUser() userId: string): Promise<AccountOk> {
    await this.inbox.trashRead({ userId });
    return { ok: true };
  }
}
