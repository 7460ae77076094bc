import { Answer, Documented } from '../../common/documented.js';
import { IsOneOf, MayBeAbsent } from '../../common/rule.js';
import { IsCount, IsPage } from '../../common/query.js';
import { shown } from '../shown.js';
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

class AccountNotification extends Answer(
  shown(ACCOUNT_SHAPE, { type: { example: 'weekly_report' }, data: { example: { period: '2026-W13' } } }),
) {}

export class AccountPage extends Answer({
  notifications: [AccountNotification],
  unreadCount: {
    type: Number,
    description: 'All unread notifications of the user, whatever the page shows.',
  },
  page: Number,
  limit: Number,
}) {}

export class AccountSuccess extends Answer({ success: { enum: [true] } }) {}

export class AccountUpdated extends Answer({
  updated: { type: Number, description: 'How many notifications were unread.' },
}) {}

export class AccountOk extends Answer({ ok: { enum: [true] } }) {}
