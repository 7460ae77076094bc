import { CarillonError } from './errors.js';
import { isUuidV7, timeOfId } from './ids.js';

/** The cursor after a row, as docs/contracts/inbox.txt writes it: `<created_at ISO>|<id>`. */
export function cursorOf(id: string): string {
  return `${new Date(timeOfId(id)).toISOString()}|${id}`;
}

/**
 * Reads a cursor back. The id was minted from the time, so the two must agree.
 * @returns the id of the row to go on after
 * @throws CarillonError `invalid_cursor` for anything that this server did not hand out
 */
export function parseCursor(cursor: string): string {
  const id = cursor.slice(cursor.indexOf('|') + 1);
  if (!isUuidV7(id) || cursorOf(id) !== cursor) {
    throw new CarillonError('invalid_cursor', 'The cursor is not one that this server handed out.');
  }
  return id;
}
