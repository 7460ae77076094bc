import { Answer, Documented, TIME, UUID } from '../common/documented.js';
import type { Schema } from '../common/rule.js';
import { LEVELS } from '../config/options.js';
import { EVENT_FIELDS, type EventFields } from '../notifications/event-fields.js';
import { NotificationAction, NotificationActor } from '../notifications/extras.js';
import type { RowShape } from '../notifications/inbox.service.js';

type RowField = RowShape['fields'][string];

class EntityRef extends Answer({ type: String, id: String }) {}

/** How values of a column are written. */
const WRITTEN = { text: { type: 'string' }, jsonb: { type: 'object' }, timestamptz: TIME };

// Their rules say what is shown.
Documented()(NotificationAction);
Documented()(NotificationActor);

/** Which of its actions was taken, and when. */
export class TakenActionDto extends Answer({ id: String, at: TIME }) {}

const COLUMNS = Object.fromEntries(
  EVENT_FIELDS.map(({ property, type, nullable }): [string, Schema] => [
    property,
    { ...WRITTEN[type], ...(nullable && { nullable }) },
  ]),
) as Record<keyof EventFields, Schema>;

/** What documents say of a row's fields, by their names in the core. */
const FIELDS: Record<RowField, Schema> = {
  ...COLUMNS,
  level: { type: 'string', enum: LEVELS },
  id: UUID,
  userId: { type: 'string' },
  eventId: UUID,
  entity: { type: EntityRef, nullable: true },
  isRead: { type: 'boolean' },
  readAt: { ...TIME, nullable: true },
  deletedAt: { ...TIME, nullable: true },
  snoozedUntil: { ...TIME, nullable: true },
  archivedAt: { ...TIME, nullable: true },
  count: { type: 'integer', description: 'Of how many events it is.' },
  actions: { type: [NotificationAction] },
  image: { type: 'string', nullable: true },
  actor: { type: NotificationActor, nullable: true },
  action: { type: TakenActionDto, required: false, description: 'Which of its actions was taken, and when.' },
  firstCreatedAt: { ...TIME, description: 'Before it came to the top again.' },
  createdAt: TIME,
};

/**
 * What an answer shows of a notification, as its shape has it.
 * @param more what is said of single fields beside
 */
export function shown({ fields }: RowShape, more: Record<string, Schema> = {}): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, { ...FIELDS[field], ...more[name] }]),
  );
}
