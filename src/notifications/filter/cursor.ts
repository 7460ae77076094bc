import { hash } from 'node:crypto';
import { CarillonError } from '../../common/errors.js';
import type { Field } from './fields.js';
import { nameOf, type Order } from './order.js';
import type { Position } from './order.sql.js';
import { readScalar } from './scalars.js';

/**
 * A cursor is `base64url(JSON of the values) . seal`. The seal is a digest over the order and the values: it
 * distinguishes a cursor of another order, or one that was cut or changed, from one that was handed out. It is no secret, and
 * needs none: a cursor only says where to begin among the rows that its user may read anyway.
 */
const SEAL_LENGTH = 16;

export function encodeCursor(order: Order, position: Position): string {
  const values = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${values}.${seal(order, values)}`;
}

/** @throws CarillonError `invalid_cursor` for anything that was not encoded for this order */
export function decodeCursor(order: Order, cursor: string): Position {
  const [values = '', ...rest] = cursor.split('.');
  if (rest.length !== 1 || rest[0] !== seal(order, values)) throw invalidCursor();
  const position = parse(values);
  if (!Array.isArray(position) || position.length !== order.length) throw invalidCursor();
  return order.map(({ field }, at) => checked(position[at], field));
}

function checked(value: unknown, field: Field): Position[number] {
  if (value === null && field.nullable) return null;
  const read = readScalar(value, field);
  if ('problem' in read) throw invalidCursor();
  return read.value;
}

function parse(values: string): unknown {
  try {
    return JSON.parse(Buffer.from(values, 'base64url').toString());
  } catch {
    throw invalidCursor();
  }
}

function seal(order: Order, values: string): string {
  return hash('sha256', `${nameOf(order)}\n${values}`, 'base64url').slice(0, SEAL_LENGTH);
}

function invalidCursor(): CarillonError {
  return new CarillonError(
    'invalid_cursor',
    'The cursor is not one that this list handed out with this order.',
  );
}
