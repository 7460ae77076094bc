import { CarillonError } from './errors.js';
import { isUuid, isUuidV7, timeOfId } from './ids.js';

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
  const position = { at: new Date(cursor.slice(0, bar)), id: cursor.slice(bar + 1) };
  const isOne = !Number.isNaN(position.at.getTime()) && isUuid(position.id);
  if (!isOne || positionCursor(position) !== cursor) throw invalidCursor();
  return position;
}

export function invalidCursor(): CarillonError {
  return new CarillonError('invalid_cursor', 'The cursor is not one that this server handed out.');
}
