import type { Aside, NotificationRow, Scope, StreamEvent } from './wire.js';

/** Something that became true of the rows, as the stream says it, or the answer to an own call. */
export type Change =
  /** `replaces` is the id under which the row was known. */
  | { kind: 'put'; row: NotificationRow; replaces?: string | undefined }
  | { kind: 'read'; ids: string[]; read_at: string | null }
  | { kind: 'deleted'; ids: string[] }
  /**
   * All of a scope were marked read, or deleted: all that the statement saw. Which of the rows that are known here it
   * saw, only the server can tell: its change may be announced after rows that were committed while it ran.
   */
  | { kind: 'many' };

export type Rows = ReadonlyMap<string, NotificationRow>;

/** The rows after a change, and how many more of the known rows are unread now. */
export function applyChange(rows: Rows, change: Change): { rows: Rows; unread: number } {
  const next = new Map(rows);
  let unread = 0;
  for (const id of idsOf(change)) {
    const before = next.get(id);
    const after = changed(change, id, before);
    if (after) next.set(id, after);
    else next.delete(id);
    unread += isUnread(after) - isUnread(before);
  }
  return { rows: next, unread };
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
    JSON.stringify([
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
  return change.kind === 'read' && before ? { ...before, read_at: change.read_at } : undefined;
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

/** What is set aside counts nowhere. */
function isUnread(row: NotificationRow | undefined): number {
  return row && row.state === undefined && row.read_at === null ? 1 : 0;
}

/** The change that an event of the stream brings to the rows, if any. */
export function changeOf(event: StreamEvent): Change | undefined {
  switch (event.type) {
    case 'notification':
    case 'moved':
      return 'rows' in event ? MANY : { kind: 'put', row: event.notification, replaces: event.replaces };
    case 'read':
      return 'all' in event.rows ? MANY : { kind: 'read', ids: event.rows.ids, read_at: event.read_at };
    case 'deleted':
      return 'all' in event.rows ? MANY : { kind: 'deleted', ids: event.rows.ids };
    default:
      return undefined;
  }
}

const MANY: Change = { kind: 'many' };
