import { ApiProperty } from '@nestjs/swagger';
import { Documented } from '../../common/documented.js';
import { LEVELS } from '../../config/options.js';
import { IsCount } from '../../common/query.js';
import { IsBoolean, IsOnce, IsOneOf, IsString, IsText, MayBeAbsent } from '../../common/rule.js';
import { MAX_ID_LENGTH } from '../../common/text.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';

@Documented()
export class UnreadCountQuery {
  @MayBeAbsent()
  @IsText(1, MAX_ID_LENGTH, { description: 'Only the notifications of this team.' })
  team_id?: string;
}

@Documented()
export class ListNotificationsQuery extends UnreadCountQuery {
  @MayBeAbsent()
  @IsOneOf(['unread', 'read', 'all'], { default: 'all' })
  read_state: 'unread' | 'read' | 'all' = 'all';

  @MayBeAbsent()
  @IsOnce({ description: 'A notification type; unknown ones are ignored.' })
  type?: string;

  @MayBeAbsent()
  @IsOneOf(['only'], { description: '`only` shows the trash instead.' }, 'must be "only"')
  deleted?: 'only';

  @MayBeAbsent()
  @IsOnce({ description: 'The cursor of the previous page.' })
  cursor?: string;

  @IsCount(MAX_LIMIT, 'Items per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

/** Which notifications a change of many is for. */
@Documented()
export class ScopeBody extends UnreadCountQuery {
  @MayBeAbsent()
  @IsString({ description: 'Only notifications of this type; unknown ones are ignored.' })
  type?: string;
}

/** The same on routes of which no document says that unknown types are ignored. */
@Documented()
export class StrictScopeBody extends UnreadCountQuery {
  @MayBeAbsent()
  @IsString({ description: 'Only notifications of this type, a key of the type catalogue.' })
  type?: string;
}

@Documented()
export class PatchNotificationBody {
  @MayBeAbsent()
  @IsBoolean({ default: true, description: 'true: read now; false: unread again.' })
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
