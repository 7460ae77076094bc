import { ApiProperty } from '@nestjs/swagger';
import { Documented } from '../../common/documented.js';
import { IsOneOf, MayBeAbsent } from '../../common/rule.js';
import { IsCount, IsPage } from '../../common/query.js';
import { Shows } from '../shown.js';
import { ACCOUNT_SHAPE } from './account.shape.js';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

@Documented()
export class AccountListQuery {
  @IsPage()
  page: number = 1;

  @IsCount(MAX_LIMIT, 'Results per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;

  @MayBeAbsent()
  @IsOneOf(['1', 'true', '0', 'false'], { description: 'Only unread notifications.' })
  unread_only?: '1' | 'true' | '0' | 'false';
}

@Shows(ACCOUNT_SHAPE, { type: { example: 'weekly_report' }, data: { example: { period: '2026-W13' } } })
export class AccountNotification {}

export class AccountPage {
  @ApiProperty({ type: [AccountNotification] })
  notifications: AccountNotification[];

  @ApiProperty({ description: 'All unread notifications of the user, whatever the page shows.' })
  unreadCount: number;

  @ApiProperty()
  page: number;

  @ApiProperty()
  limit: number;
}

export class AccountSuccess {
  @ApiProperty({ enum: [true] })
  success: true;
}

export class AccountUpdated {
  @ApiProperty({ description: 'How many notifications were unread.' })
  updated: number;
}

export class AccountOk {
  @ApiProperty({ enum: [true] })
  ok: true;
}
