import { EVENT_FIELDS, type EventFields } from './event-fields.js';
import type { NotificationAction, NotificationActor, TakenAction } from './extras.js';
import { rowShape, type RowField, type ShapedRow } from './projection.sql.js';

/** One user's copy of an event. */
export interface InboxNotification extends Omit<EventFields, 'entityType' | 'entityId' | 'extras'> {
  /** A UUIDv7, minted from `createdAt`. */
  id: string;
  eventId: string;
  entity: { type: string; id: string } | null;
  actions: NotificationAction[];
  image: string | null;
  actor: NotificationActor | null;
  /** Which of the actions the user has taken, and when. */
  action: { id: string; at: Date } | null;
  /** When it was first marked read; null while it is unread. */
  readAt: Date | null;
  archivedAt: Date | null;
  /** When it comes back into the inbox; null: it is not snoozed. */
  snoozedUntil: Date | null;
  createdAt: Date;
}

/** What JSON has as a text. */
const TIMES = ['readAt', 'archivedAt', 'snoozedUntil', 'expiresAt', 'createdAt'] as const;

const NOT_SHOWN = ['entityType', 'entityId', 'extras'];
const SHOWN = EVENT_FIELDS.map(({ property }) => property).filter((name) => !NOT_SHOWN.includes(name));

/** How hosts are shown a notification: read by {@link notificationOf}. */
export const MODULE_SHAPE = rowShape({
  name: 'module',
  fields: Object.fromEntries(
    [...SHOWN, 'id', 'eventId', 'entity', 'actions', 'image', 'actor', 'action', ...TIMES].map((name) => [
      name,
      name as RowField,
    ]),
  ),
});

export function notificationOf({ json }: Pick<ShapedRow, 'json'>): InboxNotification {
  const row = JSON.parse(json) as Record<string, unknown> & { action?: TakenAction };
  for (const name of TIMES) row[name] = row[name] === null ? null : new Date(row[name] as string);
  const action = row.action ? { ...row.action, at: new Date(row.action.at) } : null;
  return { ...row, action } as unknown as InboxNotification;
}
