import { toJson } from './json.js';
import type { Aside, NotificationPatch, NotificationRow, Scope, StreamEvent } from './wire.js';

/** Something that became true of the rows, as the stream says it, or the answer to an own call. */
export type Change =
  /** `replaces` is the id under which the row was known. */
  | { kind: 'put'; row: NotificationRow; replaces?: string | undefined }
  | { kind: 'read'; ids: string[]; read_at: string | null; action?: NotificationRow['action'] }
  | { kind: 'deleted'; ids: string[] }
  /**
   * All of a scope were marked read, or deleted: all that the statement saw. Which of the rows that are known here it
   * saw, only the server can tell: its change may be announced after rows that were committed while it ran.
   */
  | { kind: 'many' };

export type Rows = ReadonlyMap<string, NotificationRow>;

/** Does a change to rows. @returns how many more of them are unread now */
export function applyChange(rows: Map<string, NotificationRow>, change: Change): number {
  let unread = 0;
  for (const id of idsOf(change)) {
    const before = rows.get(id);
    const after = changed(change, id, before);
    if (after) rows.set(id, after);
    else rows.delete(id);
    unread += isUnread(after) - isUnread(before);
  }
  return unread;
}

/** Whether what is known of a row may be newer after one change than after another that was asked for before it. */
export function touches(change: Change, other: Change): boolean {
  if (change.kind === 'many') return true;
  const ids = idsOf(change);
  return idsOf(other).some((id) => ids.includes(id));
}

/** Whether the stream tells by one change of another one, which was made here. */
export function echoes(change: Change, own: Change): boolean {
  const what = (one: Change): string =>
    toJson([
      one.kind,
      idsOf(one),
      one.kind === 'read' && one.read_at === null,
      one.kind === 'put' && one.row.state,
    ]);
  return what(change) === what(own);
}

export function idsOf(change: Change): string[] {
  if (change.kind === 'many') return [];
  if (change.kind !== 'put') return change.ids;
  return change.replaces ? [change.replaces, change.row.id] : [change.row.id];
}

function changed(
  change: Change,
  id: string,
  before: NotificationRow | undefined,
): NotificationRow | undefined {
  if (change.kind === 'put') return id === change.row.id ? { ...before, ...change.row } : undefined;
  if (change.kind !== 'read' || !before) return undefined;
  return { ...before, read_at: change.read_at, action: change.action ?? before.action };
}

export function inScope(row: NotificationRow, scope: Scope): boolean {
  return (
    (scope.type === undefined || row.type === scope.type) &&
    (scope.team_id === undefined || row.team_id === scope.team_id)
  );
}

/** Whether what is done to all of a scope is done to it: only the inbox is meant. */
export function isOf(row: NotificationRow, scope: Scope): boolean {
  return row.state === undefined && inScope(row, scope);
}

/** Where a row is. */
export type Place = Pick<NotificationRow, 'state' | 'snoozed_until'>;

export function aside(state: Aside | undefined, until: Date | null = null): Place {
  return { state, snoozed_until: until && until.toISOString() };
}

/** It goes there; what is archived is read. */
export function placed(row: NotificationRow, to: Place): Change {
  const read_at = row.read_at ?? (to.state === 'archived' ? new Date().toISOString() : null);
  return { kind: 'put', row: { ...row, ...to, read_at } };
}

/**
 * One of its actions is taken, which marks it read. Undefined where it is not known to have that one, whose refusal would look like
 * a row that there is not any more.
 */
export function acted(
  row: NotificationRow | undefined,
  action: NotificationRow['action'],
): Change | undefined {
  if (!action || !row?.actions?.some(({ id }) => id === action.id)) return undefined;
  return { kind: 'read', ids: [row.id], read_at: row.read_at ?? action.at, action };
}

/** What is set aside counts nowhere. */
function isUnread(row: NotificationRow | undefined): number {
  return row && row.state === undefined && row.read_at === null ? 1 : 0;
}

/** Whether lists may have to show rows that are unknown here, or no longer those that are known. */
export function isBeyond(change: Change, rows: Rows): boolean {
  if (change.kind !== 'read') return change.kind === 'many';
  return change.read_at === null && change.ids.some((id) => !rows.has(id));
}

/** It is there again where it was, by the server's word and before it. */
export function back(row: NotificationRow, answer?: NotificationRow): Change {
  const { state, snoozed_until = null } = row;
  return { kind: 'put', row: { ...row, ...answer, state, snoozed_until } };
}

/** Where a row was and whether it was read, after it has been changed. */
export function asBefore(row: NotificationRow, now = new Date()): NotificationPatch {
  const read = row.read_at !== null;
  if (row.state === 'archived') return { archived: true, read };
  const until = row.state === 'snoozed' && row.snoozed_until ? new Date(row.snoozed_until) : null;
  // A time that has come is no time to snooze until: it would be in the inbox by now.
  return until && until > now
    ? { snoozed_until: until, read }
    : { archived: false, snoozed_until: null, read };
}

/** The change that an event of the stream brings to the rows, if any. */
export function changeOf(event: StreamEvent): Change | undefined {
  switch (event.type) {
    case 'notification':
    case 'moved':
      return 'rows' in event ? MANY : { kind: 'put', row: event.notification, replaces: event.replaces };
    case 'read':
      return 'all' in event.rows
        ? MANY
        : { kind: 'read', ids: event.rows.ids, read_at: event.read_at, action: event.action };
    case 'deleted':
      return 'all' in event.rows ? MANY : { kind: 'deleted', ids: event.rows.ids };
    default:
      return undefined;
  }
}

const MANY: Change = { kind: 'many' };
