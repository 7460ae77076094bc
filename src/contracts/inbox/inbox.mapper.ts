import type { Catalogue } from '../../catalogue/catalogue.js';
import type {
  InboxScope,
  ListQuery,
  NotificationPatch,
  RowShape,
  ShapedRow,
} from '../../notifications/inbox.service.js';
import { cursorOf, parseCursor } from '../../common/cursor.js';
import { pageJson } from '../page-json.js';
import type { ListNotificationsQuery, PatchNotificationBody, ScopeBody } from './inbox.dto.js';
import { FULL_SHAPE, LIST_SHAPE } from './inbox.shape.js';

const READ_STATES = { unread: false, read: true, all: undefined };

/** The page that a query of docs/contracts/inbox.txt asks for. */
export function listQuery(catalogue: Catalogue, userId: string, query: ListNotificationsQuery): ListQuery {
  const { type, teamId } = scopeOf(catalogue, userId, query);
  return {
    userId,
    type,
    teamId,
    // One row more than the page: whether it is there says whether there is a next page.
    limit: query.limit + 1,
    afterId: query.cursor === undefined ? undefined : parseCursor(query.cursor),
    visibility: query.deleted ? 'trash' : query.state,
    read: READ_STATES[query.read_state],
  };
}

/** The document has it that a type which is not in the catalogue is ignored. */
export function scopeOf(
  catalogue: Catalogue,
  userId: string,
  { type, team_id: teamId }: ScopeBody,
): InboxScope {
  return { userId, teamId, type: type === undefined ? undefined : catalogue.find(type)?.key };
}

/**
 * For routes that the document does not have: ignored, a mistyped type would mean every type.
 * @throws CarillonError `unknown_type`, naming the closest key
 */
export function strictScopeOf(catalogue: Catalogue, userId: string, body: ScopeBody): InboxScope {
  if (body.type !== undefined) catalogue.get(body.type);
  return scopeOf(catalogue, userId, body);
}

export function shapeOf({ view }: ListNotificationsQuery): RowShape {
  return view === 'full' ? FULL_SHAPE : LIST_SHAPE;
}

export function patchOf({ read, archived, snoozed_until }: PatchNotificationBody): NotificationPatch {
  return { read, archived, snoozedUntil: snoozed_until };
}

/** @param rows one more than the page has, where there is a next one */
export function inboxPageJson(rows: ShapedRow[], limit: number): string {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return pageJson('notifications', page, {
    cursor: last ? cursorOf(last.id) : null,
    has_more: Boolean(last),
  });
}

export function notificationJson(row: ShapedRow): string {
  return `{"notification":${row.json}}`;
}

/** The request is answered; what failed beside it is in the log under this id. */
export function faultHeaders(fault: string | undefined): Record<string, string> {
  return fault === undefined ? {} : { 'X-Request-Id': fault };
}
