import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsIn, IsString } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { IsCount } from '../../common/query.js';
import { LEVELS } from '../../config/options.js';
import { IsText, MAX_ID_LENGTH } from '../../common/text.js';
import type { Condition, Order } from '../../notifications/search-input.js';
import { LIST_READING } from './workspace.reading.js';

const MAX_LIMIT = 100;

const READ_STATES = ['true', 'false', 'read', 'unread'] as const;
const VISIBILITIES = ['false', 'true', 'only'] as const;

const ONCE = { message: 'must be given once' };

export class WorkspaceListQuery {
  static readonly reading = LIST_READING;

  @IsCount(MAX_LIMIT, 'Page size.', MAX_LIMIT)
  limit: number = MAX_LIMIT;

  @ApiPropertyOptional({ description: 'An `endCursor`: the page after that row.' })
  @MayBeAbsent()
  @IsString(ONCE)
  after?: string;

  @ApiPropertyOptional({ description: 'A `startCursor`: the page just before that row.' })
  @MayBeAbsent()
  @IsString(ONCE)
  before?: string;

  @ApiPropertyOptional({ type: String, description: 'Only these of the ids, comma-separated, at most 100.' })
  @Allow()
  ids?: string[];

  @ApiPropertyOptional({
    type: String,
    description:
      'A filter as JSON: `AND`, `OR`, `NOT`, fields with operators, and the relations `event` and `deliveries`. See docs/filter.md.',
    example: '{"OR":[{"type":"error"},{"title":{"contains":"quota"}}]}',
  })
  @Allow()
  filter?: Condition;

  @ApiPropertyOptional({
    type: String,
    description:
      'A list of `{ field: direction }` as JSON, applied in order: asc, desc, or either of them with _nulls_first or _nulls_last.',
    example: '[{"readAt":"desc_nulls_first"},{"title":"asc"}]',
  })
  @Allow()
  orderBy: Order;

  @ApiPropertyOptional({ description: 'Only notifications of this workspace.', maxLength: MAX_ID_LENGTH })
  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH)
  workspace_id?: string;

  @ApiPropertyOptional({ enum: READ_STATES, description: 'Only read, or only unread ones.' })
  @MayBeAbsent()
  @IsIn(READ_STATES, { message: `must be one of ${READ_STATES.join(', ')}` })
  read?: (typeof READ_STATES)[number];

  @ApiPropertyOptional({ enum: VISIBILITIES, default: 'false', description: '`only` is the trash.' })
  @MayBeAbsent()
  @IsIn(VISIBILITIES, { message: `must be one of ${VISIBILITIES.join(', ')}` })
  include_deleted: (typeof VISIBILITIES)[number] = 'false';

  @ApiPropertyOptional({ description: 'Only of this user: another one than the caller has none.' })
  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH)
  user_id?: string;

  @ApiPropertyOptional({ enum: LEVELS, description: 'Only of this type.' })
  @MayBeAbsent()
  @IsIn(LEVELS, { message: `must be one of ${LEVELS.join(', ')}` })
  type?: string;
}

export class WorkspaceNotification {
  @ApiProperty({ example: 'ntf_01h455vb4pex5vsknk084sn02q' })
  id: string;

  @ApiProperty()
  userId: string;

  @ApiProperty({ type: String, nullable: true })
  workspaceId: string | null;

  @ApiProperty({ enum: LEVELS })
  type: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ type: String, nullable: true })
  body: string | null;

  @ApiProperty({ type: Object, nullable: true })
  data: Record<string, unknown> | null;

  @ApiProperty()
  read: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readAt: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

export class WorkspacePageInfo {
  @ApiProperty({ description: 'Of all pages.' })
  total: number;

  @ApiProperty()
  hasNextPage: boolean;

  @ApiProperty()
  hasPreviousPage: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'For `before`; null on an empty page.' })
  startCursor: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'For `after`; null on an empty page.' })
  endCursor: string | null;
}

export class WorkspacePage {
  @ApiProperty({ type: [WorkspaceNotification] })
  data: WorkspaceNotification[];

  @ApiProperty({ type: WorkspacePageInfo })
  pageInfo: WorkspacePageInfo;
}

export class WorkspaceSuccess {
  @ApiProperty({ enum: [true] })
  success: true;
}

export class WorkspaceOk {
  @ApiProperty({ enum: [true] })
  ok: true;
}

export class WorkspaceCount {
  @ApiProperty()
  count: number;
}
