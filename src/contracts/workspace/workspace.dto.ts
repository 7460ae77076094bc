import { Answer, Documented, TEXT_OR_NULL } from '../../common/documented.js';
import { IsCount } from '../../common/query.js';
import { IsNotWith, IsOneOf, IsString, IsText, MayBeAbsent, Reads } from '../../common/rule.js';
import { MAX_ID_LENGTH } from '../../common/text.js';
import { LEVELS } from '../../config/options.js';
import { readsFilter, readsOrder, type Condition, type Order } from '../../notifications/search-input.js';
import { MAX_IDS, readIds, readsJson } from './workspace.reading.js';
import { shown } from '../shown.js';
import { WORKSPACE_FILTER, WORKSPACE_SHAPE } from './workspace.shape.js';

const MAX_LIMIT = 100;

const READ_STATES = ['true', 'false', 'read', 'unread'] as const;
const VISIBILITIES = ['false', 'true', 'only'] as const;

@Documented()
export class WorkspaceListQuery {
  @IsCount(MAX_LIMIT, 'Page size.', MAX_LIMIT)
  limit: number = MAX_LIMIT;

  @MayBeAbsent()
  @IsString({ description: 'An `endCursor`: the page after that row.' })
  after?: string;

  @MayBeAbsent()
  @IsString({ description: 'A `startCursor`: the page just before that row.' })
  @IsNotWith('after')
  before?: string;

  @Reads(readIds, {
    required: false,
    type: 'string',
    description: `Only these of the ids, comma-separated, at most ${MAX_IDS}.`,
  })
  ids?: string[];

  @Reads(readsJson(readsFilter(WORKSPACE_FILTER)), {
    required: false,
    type: 'string',
    description:
      'A filter as JSON: `AND`, `OR`, `NOT`, fields with operators, and the relations `event` and `deliveries`. See docs/filter.md.',
    example: '{"OR":[{"type":"error"},{"title":{"contains":"quota"}}]}',
  })
  filter?: Condition;

  @Reads(readsJson(readsOrder(WORKSPACE_FILTER)), {
    required: false,
    type: 'string',
    description:
      'A list of `{ field: direction }` as JSON, applied in order: asc, desc, or either of them with _nulls_first or _nulls_last.',
    example: '[{"readAt":"desc_nulls_first"},{"title":"asc"}]',
  })
  orderBy: Order;

  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH, { description: 'Only notifications of this workspace.' })
  workspace_id?: string;

  @MayBeAbsent()
  @IsOneOf(READ_STATES, { description: 'Only read, or only unread ones.' })
  read?: (typeof READ_STATES)[number];

  @MayBeAbsent()
  @IsOneOf(VISIBILITIES, { default: 'false', description: '`only` is the trash.' })
  include_deleted: (typeof VISIBILITIES)[number] = 'false';

  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH, { description: 'Only of this user: another one than the caller has none.' })
  user_id?: string;

  @MayBeAbsent()
  @IsOneOf(LEVELS, { description: 'Only of this type.' })
  type?: string;
}

export class WorkspaceNotification extends Answer(
  shown(WORKSPACE_SHAPE, { id: { format: undefined, example: 'ntf_01h455vb4pex5vsknk084sn02q' } }),
) {}

export class WorkspacePageInfo extends Answer({
  total: { type: Number, description: 'Of all pages.' },
  hasNextPage: Boolean,
  hasPreviousPage: Boolean,
  startCursor: { ...TEXT_OR_NULL, description: 'For `before`; null on an empty page.' },
  endCursor: { ...TEXT_OR_NULL, description: 'For `after`; null on an empty page.' },
}) {}

export class WorkspacePage extends Answer({ data: [WorkspaceNotification], pageInfo: WorkspacePageInfo }) {}

export class WorkspaceSuccess extends Answer({ success: { enum: [true] } }) {}

export class WorkspaceOk extends Answer({ ok: { enum: [true] } }) {}

export class WorkspaceCount extends Answer({ count: Number }) {}
