import { ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { Answer, Documented, TEXT_OR_NULL } from '../../common/documented.js';
import { IsCount } from '../../common/query.js';
import { IsBoolean, IsNotWith, IsOneOf, IsString, IsText, MayBeAbsent, Reads } from '../../common/rule.js';
import { MAX_ID_LENGTH } from '../../common/text.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';
import { PLACES, readSnooze, type Place } from '../../notifications/placing.js';
import { shown } from '../shown.js';
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
  @IsString({ description: 'A notification type; unknown ones are ignored.' })
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
  @IsString({ description: 'The cursor of the previous page.' })
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

export class NotificationItem extends Answer(shown(LIST_SHAPE, TYPE)) {}

class NotificationFull extends Answer(shown(FULL_SHAPE, TYPE)) {}

class NotificationSingle extends Answer(shown(SINGLE_SHAPE, TYPE)) {}

@ApiExtraModels(NotificationFull, NotificationItem)
export class NotificationPage extends Answer({
  notifications: {
    type: 'array',
    items: { anyOf: [{ $ref: getSchemaPath(NotificationItem) }, { $ref: getSchemaPath(NotificationFull) }] },
    description: 'In the full view with what that has beside.',
  },
  cursor: { ...TEXT_OR_NULL, description: 'For the next page; null on the last one.' },
  has_more: Boolean,
}) {}

export class NotificationAnswer extends Answer({ notification: NotificationItem }) {}

export class NotificationFullAnswer extends Answer({ notification: NotificationFull }) {}

export class NotificationSingleAnswer extends Answer({ notification: NotificationSingle }) {}

export class CountAnswer extends Answer({ count: Number }) {}

export class CountsAnswer extends Answer({
  unread: Number,
  unseen: {
    type: Number,
    description: 'Of these, those that have come since `mark-seen`; all, where it was never called.',
  },
}) {}

export class SeenAnswer extends Answer({ unseen: { type: Number, example: 0 } }) {}

export class MarkedAnswer extends Answer({
  marked: { type: Number, description: 'How many notifications were changed.' },
}) {}

export class ArchivedAnswer extends Answer({
  archived: { type: Number, description: 'How many notifications were moved to the archive.' },
}) {}

export class DeletedAnswer extends Answer({
  deleted: { type: Number, description: 'How many notifications were moved to the trash.' },
}) {}
