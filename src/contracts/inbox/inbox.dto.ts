import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString } from 'class-validator';
import { LEVELS } from '../../config/options.js';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { IsCount } from '../../common/query.js';
import { IsText, MAX_ID_LENGTH } from '../../common/text.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';

export class ListNotificationsQuery {
  @ApiPropertyOptional({ enum: ['unread', 'read', 'all'], default: 'all' })
  @MayBeAbsent()
  @IsIn(['unread', 'read', 'all'], { message: 'must be one of unread, read, all' })
  read_state: 'unread' | 'read' | 'all' = 'all';

  @ApiPropertyOptional({ description: 'A notification type; unknown ones are ignored.' })
  @MayBeAbsent()
  @IsString({ message: 'must be given once' })
  type?: string;

  @ApiPropertyOptional({ description: 'Only the notifications of this team.', maxLength: MAX_ID_LENGTH })
  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH)
  team_id?: string;

  @ApiPropertyOptional({ enum: ['only'], description: '`only` shows the trash instead.' })
  @MayBeAbsent()
  @IsIn(['only'], { message: 'must be "only"' })
  deleted?: 'only';

  @ApiPropertyOptional({ description: 'The cursor of the previous page.' })
  @MayBeAbsent()
  @IsString({ message: 'must be given once' })
  cursor?: string;

  @IsCount(MAX_LIMIT, 'Items per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

export class UnreadCountQuery {
  @ApiPropertyOptional({ description: 'Only the notifications of this team.', maxLength: MAX_ID_LENGTH })
  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH)
  team_id?: string;
}

class TeamBody {
  @ApiPropertyOptional({ description: 'Only the notifications of this team.', maxLength: MAX_ID_LENGTH })
  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH)
  team_id?: string;
}

/** Which notifications a change of many is for. */
export class ScopeBody extends TeamBody {
  @ApiPropertyOptional({ description: 'Only notifications of this type; unknown ones are ignored.' })
  @MayBeAbsent()
  @IsString({ message: 'must be a string' })
  type?: string;
}

/** The same on routes of which no document says that unknown types are ignored. */
export class StrictScopeBody extends TeamBody {
  @ApiPropertyOptional({ description: 'Only notifications of this type, a key of the type catalogue.' })
  @MayBeAbsent()
  @IsString({ message: 'must be a string' })
  type?: string;
}

export class PatchNotificationBody {
  @ApiPropertyOptional({ default: true, description: 'true: read now; false: unread again.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  read: boolean = true;
}

export class NotificationItem {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'issue.digest' })
  type: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ type: String, nullable: true })
  body: string | null;

  @ApiProperty({ type: String, nullable: true })
  link: string | null;

  @ApiProperty({ type: String, nullable: true })
  team_id: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  read_at: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

class EntityRef {
  @ApiProperty()
  type: string;

  @ApiProperty()
  id: string;
}

export class NotificationSingle extends NotificationItem {
  @ApiProperty({ enum: LEVELS })
  level: string;

  @ApiProperty({ type: Object, nullable: true })
  data: Record<string, unknown> | null;

  @ApiProperty({ type: EntityRef, nullable: true })
  entity: EntityRef | null;

  @ApiProperty({ format: 'uuid' })
  event_id: string;
}

export class NotificationPage {
  @ApiProperty({ type: [NotificationItem] })
  notifications: NotificationItem[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one.' })
  cursor: string | null;

  @ApiProperty()
  has_more: boolean;
}

export class NotificationAnswer {
  @ApiProperty({ type: NotificationItem })
  notification: NotificationItem;
}

export class NotificationSingleAnswer {
  @ApiProperty({ type: NotificationSingle })
  notification: NotificationSingle;
}

export class CountAnswer {
  @ApiProperty()
  count: number;
}

export class MarkedAnswer {
  @ApiProperty({ description: 'How many notifications were changed.' })
  marked: number;
}

export class DeletedAnswer {
  @ApiProperty({ description: 'How many notifications were moved to the trash.' })
  deleted: number;
}

export class IdAnswer {
  @ApiProperty({ format: 'uuid' })
  id: string;
}
