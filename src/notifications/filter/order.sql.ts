import type { Field } from './fields.js';
import { expressionOf, SQL_TYPES, type Parameters } from './compile.sql.js';
import type { Order, OrderKey } from './order.js';
import type { Scalar } from './tree.js';

/**
 * So many characters of a long text decide its place: a cursor carries them, and must fit into a URL.
 * Texts that are equal so far are ordered by the next key.
 */
const ORDERED_CHARACTERS = 255;

/** The value of every key of one row. */
export type Position = readonly (Scalar | null)[];

/** What follows ORDER BY. */
export function orderText(order: Order): string {
  return order.map((key) => `${keyExpression(key.field)} ${directionOf(key)}`).join(', ');
}

/** The positions of all rows as the text of a JSON array of arrays; NULL where they are the ids and nothing else. */
export function positionsText(order: Order): string {
  if (order.length === 1) return 'NULL';
  const position = order.map(({ field }) => jsonOf(field)).join(', ');
  return `json_agg(json_build_array(${position}) ORDER BY ${orderText(order)})::text`;
}

/** The condition of being after a position in the order. Null of a row means: not after. */
export function afterText(order: Order, position: Position, parameters: Parameters): string {
  const [key, ...rest] = order;
  const [value = null, ...values] = position;
  if (!key) return 'FALSE';
  const expression = keyExpression(key.field);
  const placeholder = value === null ? 'NULL' : parameters.add(value, SQL_TYPES[key.field.type]);
  const beyond = beyondText(key, value, expression, placeholder);
  if (rest.length === 0) return beyond;
  const same = value === null ? `${expression} IS NULL` : `${expression} = ${placeholder}`;
  return `(${beyond} OR (${same} AND ${afterText(rest, values, parameters)}))`;
}

/** The complement of {@link afterText}: being at a position or before it. */
export function upToText(order: Order, position: Position, parameters: Parameters): string {
  const [key] = order;
  const [value = null] = position;
  if (key && order.length === 1 && value !== null) {
    // The same, in words that an index understands.
    const placeholder = parameters.add(value, SQL_TYPES[key.field.type]);
    return `${keyExpression(key.field)} ${key.descending ? '>=' : '<='} ${placeholder}`;
  }
  return `(${afterText(order, position, parameters)}) IS NOT TRUE`;
}

function beyondText(key: OrderKey, value: Scalar | null, expression: string, placeholder: string): string {
  if (value === null) return key.nullsFirst ? `${expression} IS NOT NULL` : 'FALSE';
  const greater = `${expression} ${key.descending ? '<' : '>'} ${placeholder}`;
  return key.field.nullable && !key.nullsFirst ? `(${greater} OR ${expression} IS NULL)` : greater;
}

function directionOf({ field, descending, nullsFirst }: OrderKey): string {
  const direction = descending ? 'DESC' : 'ASC';
  // An index is in the order that a bare direction asks for; nulls that cannot be need no place.
  return field.nullable ? `${direction} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}` : direction;
}

function keyExpression(field: Field): string {
  return field.long ? `left(${field.column}, ${ORDERED_CHARACTERS}) COLLATE "C"` : expressionOf(field);
}

function jsonOf(field: Field): string {
  if (field.long) return `left(${field.column}, ${ORDERED_CHARACTERS})`;
  if (field.presence) return expressionOf(field);
  // Microseconds, the form in which times of the input are read.
  return field.type === 'time'
    ? `to_char(${field.column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : field.column;
}
