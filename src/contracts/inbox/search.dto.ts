import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsIn, IsString } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { IsCount } from '../../common/query.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';
import { NotificationItem } from './inbox.dto.js';
import type { Condition, Order } from '../../notifications/search-input.js';
import { SEARCH_READING } from './search.reading.js';

const TEXT = { message: 'must be a string' };

export class SearchBody {
  static readonly reading = SEARCH_READING;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description:
      '`AND`, `OR`, `NOT`, fields with operators, and the relations `event` and `deliveries`. See docs/filter.md.',
    example: { OR: [{ level: 'error' }, { title: { contains: 'quota' } }] },
  })
  @Allow()
  filter?: Condition;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'object', additionalProperties: { type: 'string' } },
    description:
      'A list of `{ field: direction }`, applied in order: asc, desc, or either of them with _nulls_first or _nulls_last.',
    example: [{ read_at: 'desc_nulls_first' }, { title: 'asc' }],
  })
  @Allow()
  order_by: Order;

  @ApiPropertyOptional({ enum: ['only', 'all'], description: '`only` the trash, or `all` with the trash.' })
  @MayBeAbsent()
  @IsIn(['only', 'all'], { message: 'must be one of only, all' })
  deleted?: 'only' | 'all';

  @ApiPropertyOptional({ description: 'An `end_cursor`: the page after that row.' })
  @MayBeAbsent()
  @IsString(TEXT)
  after?: string;

  @ApiPropertyOptional({ description: 'A `start_cursor`: the page just before that row.' })
  @MayBeAbsent()
  @IsString(TEXT)
  before?: string;

  @IsCount(MAX_LIMIT, 'Items per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

export class SearchPageAnswer {
  @ApiProperty({ type: [NotificationItem] })
  notifications: NotificationItem[];

  @ApiProperty({ description: 'Of all pages.' })
  total: number;

  @ApiProperty()
  has_next: boolean;

  @ApiProperty()
  has_previous: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'For `before`; null on an empty page.' })
  start_cursor: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'For `after`; null on an empty page.' })
  end_cursor: string | null;
}
