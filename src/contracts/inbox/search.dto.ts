import { Answer, Documented, TEXT_OR_NULL } from '../../common/documented.js';
import { IsCount } from '../../common/query.js';
import { IsNotWith, IsOneOf, IsString, MayBeAbsent, Reads } from '../../common/rule.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';
import { readsFilter, readsOrder, type Condition, type Order } from '../../notifications/search-input.js';
import { NotificationItem } from './inbox.dto.js';
import { SEARCH_FILTER } from './inbox.shape.js';

@Documented()
export class SearchBody {
  @Reads(readsFilter(SEARCH_FILTER), {
    required: false,
    type: 'object',
    additionalProperties: true,
    description:
      '`AND`, `OR`, `NOT`, fields with operators, and the relations `event` and `deliveries`. See docs/filter.md.',
    example: { OR: [{ level: 'error' }, { title: { contains: 'quota' } }] },
  })
  filter?: Condition;

  @Reads(readsOrder(SEARCH_FILTER), {
    required: false,
    type: 'array',
    items: { type: 'object', additionalProperties: { type: 'string' } },
    description:
      'A list of `{ field: direction }`, applied in order: asc, desc, or either of them with _nulls_first or _nulls_last.',
    example: [{ read_at: 'desc_nulls_first' }, { title: 'asc' }],
  })
  order_by: Order;

  @MayBeAbsent()
  @IsOneOf(['only', 'all'], { description: '`only` the trash, or `all` with the trash.' })
  deleted?: 'only' | 'all';

  @MayBeAbsent()
  @IsString({ description: 'An `end_cursor`: the page after that row.' })
  after?: string;

  @MayBeAbsent()
  @IsString({ description: 'A `start_cursor`: the page just before that row.' })
  @IsNotWith('after')
  before?: string;

  @IsCount(MAX_LIMIT, 'Items per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

export class SearchPageAnswer extends Answer({
  notifications: [NotificationItem],
  total: { type: Number, description: 'Of all pages.' },
  has_next: Boolean,
  has_previous: Boolean,
  start_cursor: { ...TEXT_OR_NULL, description: 'For `before`; null on an empty page.' },
  end_cursor: { ...TEXT_OR_NULL, description: 'For `after`; null on an empty page.' },
}) {}
