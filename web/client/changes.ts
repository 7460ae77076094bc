import type { Bulk, NotificationRow, Scope, StreamEvent } from './wire.js';

/** Something that became true of the rows, whoever did it: the stream, this tab's own call, another tab. */
export type Change =
  | { kind: 'put'; row: NotificationRow }
  | { kind: 'read'; rows: Bulk; read_at: string | null }
  | { kind: 'deleted'; rows: Bulk };

export type Rows = ReadonlyMap<string, NotificationRow>;

/** The rows after a change, and how many more of the known rows are unread now. Says what was given when nothing changes. */
export function applyChange(rows: Rows, change: Change): { rows: Rows; unread: number } {
  const next = new Map(rows);
  let unread = 0;
  for (const [id, before] of touched(rows, change)) {
    const after = changed(change, before);
    if (after) next.set(id, after);
    else next.delete(id);
    unread += isUnread(after) - isUnread(before);
  }
  return { rows: next, unread };
}

function touched(rows: Rows, change: Change): [string, NotificationRow | undefined][] {
  if (change.kind === 'put') return [[change.row.id, rows.get(change.row.id)]];
  const target = change.rows;
  if ('ids' in target) {
    return [...new Set(target.ids)].flatMap((id) => {
      const row = rows.get(id);
      return row ? [[id, row] as [string, NotificationRow]] : [];
    });
  }
  // Marking all touches the unread ones and keeps every first reading; deleting all takes the read ones.
  const wantsUnread = change.kind === 'read';
  return [...rows].filter(([, row]) => (row.read_at === null) === wantsUnread && inScope(row, target));
}

function changed(change: Change, before: NotificationRow | undefined): NotificationRow | undefined {
  switch (change.kind) {
    case 'put':
      return { ...before, ...change.row };
    case 'read':
      return before && { ...before, read_at: change.read_at };
    case 'deleted':
      return undefined;
  }
}

export function inScope(row: NotificationRow, scope: Scope): boolean {
  return (
    (scope.type === undefined || row.type === scope.type) &&
    (scope.team_id === undefined || row.team_id === scope.team_id)
  );
}

function isUnread(row: NotificationRow | undefined): number {
  return row && row.read_at === null ? 1 : 0;
}

/** The change that an event of the stream brings to the rows, if any. */
export function changeOf(event: StreamEvent): Change | undefined {
  switch (event.type) {
    case 'notification':
      return { kind: 'put', row: event.notification };
    case 'read':
      return { kind: 'read', rows: event.rows, read_at: event.read_at };
    case 'deleted':
      return { kind: 'deleted', rows: event.rows };
    default:
      return undefined;
  }
}
