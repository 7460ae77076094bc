import type { InboxStore } from '../client/store.js';
import type { NotificationRow } from '../client/wire.js';
import type { Deed } from './list-texts.js';

/** What was done, and to which rows, as they were. */
export interface Done {
  readonly deed: Deed;
  readonly rows: readonly NotificationRow[];
  /** Whether a bar offers to take it back, as the row itself does not. */
  readonly offered: boolean;
}

/** The same for some of its rows; nothing for none. */
export function ofSome(done: Done, rows: readonly NotificationRow[]): Done[] {
  return rows.length > 0 ? [{ ...done, rows }] : [];
}

export function takeBack(deed: Deed, store: InboxStore, row: NotificationRow): Promise<unknown> {
  switch (deed) {
    case 'read':
      return store.markUnread(row.id);
    case 'unread':
      return store.markRead(row.id);
    case 'deleted':
      return store.restore(row);
    default:
      return store.putBack(row);
  }
}
