import { CarillonError } from './errors.js';
import { isUuid, isUuidV7, timeOfId } from './ids.js';
import { parseInstant } from './instant.js';

/** The cursor after a row, as docs/contracts/inbox.txt writes it: `<created_at ISO>|<id>`. */
export function cursorOf(id: string): string {
  return positionCursor({ at: new Date(timeOfId(id)), id });
}

/**
 * Reads a cursor back. The id was minted from the time, so the two must agree.
 * @returns the id of the row to go on after
 * @throws CarillonError `invalid_cursor` for anything that this server did not hand out
 */
export function parseCursor(cursor: string): string {
  const { id } = parsePosition(cursor);
  if (!isUuidV7(id) || cursorOf(id) !== cursor) throw invalidCursor();
  return id;
}

/** A place in a list whose order is that of a time, and of ids within it. */
export interface Position {
  at: Date;
  id: string;
}

/** The cursor after a row of such a list. */
export function positionCursor({ at, id }: Position): string {
  return `${at.toISOString()}|${id}`;
}

/** @throws CarillonError `invalid_cursor` for anything that this server cannot have handed out */
export function parsePosition(cursor: string): Position {
  const bar = cursor.indexOf('|');
  // Not just any date: PostgreSQL has no such years as JavaScript's first ones.
  const at = parseInstant(cursor.slice(0, bar));
  const position = at && { at, id: cursor.slice(bar + 1) };
  if (!position || !isUuid(position.id) || positionCursor(position) !== cursor) throw invalidCursor();
  return position;
}

export function invalidCursor(): CarillonError {
  return new CarillonError('invalid_cursor', 'The cursor is not one that this server handed out.');
}
