import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Documented } from '../../common/documented.js';
import { IsCount } from '../../common/query.js';
import {
  IsBoolean,
  IsNotWith,
  IsOnce,
  IsOneOf,
  IsString,
  IsText,
  MayBeAbsent,
  Reads,
} from '../../common/rule.js';
import { MAX_ID_LENGTH } from '../../common/text.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';
import { PLACES, readSnooze, type Place } from '../../notifications/placing.js';
import { Shows } from '../shown.js';
import { FULL_SHAPE, LIST_SHAPE, SINGLE_SHAPE } from './inbox.shape.js';

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
  @IsOneOf(PLACES, { default: 'inbox', description: 'Which list: what is set aside is not in the inbox.' })
  state?: Place;

  @MayBeAbsent()
  @IsOneOf(['only'], { description: '`only` shows the trash instead.' }, 'must be "only"')
  @IsNotWith('state')
  deleted?: 'only';

  @MayBeAbsent()
  @IsOneOf(['full'], { description: '`full` shows more of each.' }, 'must be "full"')
  view?: 'full';

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
  @IsBoolean({
    description: 'true: read now; false: unread again. Default: true where nothing else is said.',
  })
  read?: boolean;

  @MayBeAbsent()
  @IsBoolean({
    description: 'true: into the archive, read unless `read` is false; false: back into the inbox.',
  })
  archived?: boolean;

  @Reads(readSnooze, {
    type: 'string',
    format: 'date-time',
    required: false,
    nullable: true,
    description:
      'Out of the inbox until then, at most 366 days ahead; then it is on top, unread. null: back into the inbox now.',
  })
  snoozed_until?: Date | null;
}

const TYPE = { type: { example: 'issue.digest' } };

@Shows(LIST_SHAPE, TYPE)
export class NotificationItem {}

@Shows(FULL_SHAPE, TYPE)
export class NotificationFull {}

@Shows(SINGLE_SHAPE, TYPE)
export class NotificationSingle {}

@ApiExtraModels(NotificationFull, NotificationItem)
export class NotificationPage {
  @ApiProperty({
    type: 'array',
    items: { anyOf: [{ $ref: getSchemaPath(NotificationItem) }, { $ref: getSchemaPath(NotificationFull) }] },
    description: 'In the full view with what that has beside.',
  })
  notifications: (NotificationItem | NotificationFull)[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one.' })
  cursor: string | null;

  @ApiProperty()
  has_more: boolean;
}

export class NotificationAnswer {
  @ApiProperty({ type: NotificationItem })
  notification: NotificationItem;
}

export class NotificationFullAnswer {
  @ApiProperty({ type: NotificationFull })
  notification: NotificationFull;
}

export class NotificationSingleAnswer {
  @ApiProperty({ type: NotificationSingle })
  notification: NotificationSingle;
}

export class CountAnswer {
  @ApiProperty()
  count: number;
}

export class CountsAnswer {
  @ApiProperty()
  unread: number;

  @ApiProperty({
    description: 'Of these, those that have come since `mark-seen`; all, where it was never called.',
  })
  unseen: number;
}

export class SeenAnswer {
  @ApiProperty({ example: 0 })
  unseen: number;
}

export class MarkedAnswer {
  @ApiProperty({ description: 'How many notifications were changed.' })
  marked: number;
}

export class ArchivedAnswer {
  @ApiProperty({ description: 'How many notifications were moved to the archive.' })
  archived: number;
}

export class DeletedAnswer {
  @ApiProperty({ description: 'How many notifications were moved to the trash.' })
  deleted: number;
}
