import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { IsCount, IsPage } from '../../common/query.js';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

export class AccountListQuery {
  @IsPage()
  page: number = 1;

  @IsCount(MAX_LIMIT, 'Results per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ enum: ['1', 'true', '0', 'false'], description: 'Only unread notifications.' })
  @MayBeAbsent()
  @IsIn(['1', 'true', '0', 'false'], { message: 'must be 1, true, 0 or false' })
  unread_only?: '1' | 'true' | '0' | 'false';
}

export class AccountNotification {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  user_id: string;

  @ApiProperty({ example: 'weekly_report' })
  type: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ type: String, nullable: true })
  body: string | null;

  @ApiProperty({ type: Object, nullable: true, example: { period: '2026-W13' } })
  data: Record<string, unknown> | null;

  @ApiProperty()
  is_read: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

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
