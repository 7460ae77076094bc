import { invalidInput, type InputIssue } from '../../common/errors.js';
import { isJsonObject } from '../../common/json.js';
import { excerpt } from '../../common/text.js';
import { ID, type Entity, type Field } from './fields.js';
import { unknownWord } from './unknown-word.js';

export interface OrderKey {
  field: Field;
  descending: boolean;
  nullsFirst: boolean;
}

/** Keys in their turn. The last one is always the id, so that no two rows are equal. */
export type Order = readonly OrderKey[];

/** Nulls without an explicit place are the greatest, as they are to PostgreSQL. */
const DIRECTIONS: Record<string, Omit<OrderKey, 'field'>> = {
  asc: { descending: false, nullsFirst: false },
  desc: { descending: true, nullsFirst: true },
  asc_nulls_first: { descending: false, nullsFirst: true },
  asc_nulls_last: { descending: false, nullsFirst: false },
  desc_nulls_first: { descending: true, nullsFirst: true },
  desc_nulls_last: { descending: true, nullsFirst: false },
};

/** An id begins with the time at which it was made. */
export const NEWEST_FIRST: Order = [{ field: ID, descending: true, nullsFirst: false }];

/**
 * Checks an order that came as JSON: a list of `{ field: direction }`. An empty one is newest first.
 * Rows that are equal in every key are in the direction of the last one, by their ids.
 * @throws CarillonError `invalid_input` naming each wrong place
 */
export function parseOrder(input: unknown, entity: Entity, path: string): Order {
  if (!Array.isArray(input)) {
    throw invalidInput([{ path, message: 'must be a list such as [{"title":"desc"}]' }]);
  }
  if (input.length > entity.fields.size) {
    throw invalidInput([{ path, message: `must have at most ${entity.fields.size} items` }]);
  }
  const issues: InputIssue[] = [];
  const keys: OrderKey[] = [];
  for (const [at, item] of input.entries()) {
    const key = readKey(item, entity, `${path}[${at}]`);
    if ('message' in key) issues.push(key);
    else if (keys.some(({ field }) => field === key.field)) {
      issues.push({ path: `${path}[${at}].${key.field.name}`, message: 'is there already' });
    } else keys.push(key);
  }
  if (issues.length > 0) throw invalidInput(issues);
  return completed(keys);
}

/** The same order read from its end. */
export function reversed(order: Order): Order {
  return order.map(({ field, descending, nullsFirst }) => ({
    field,
    descending: !descending,
    nullsFirst: !nullsFirst,
  }));
}

/** Names an order; two that put rows in the same turn may have two names. */
export function nameOf(order: Order): string {
  return order
    .map((key) => `${key.field.name}:${key.descending ? 'd' : 'a'}${key.nullsFirst ? 'f' : 'l'}`)
    .join();
}

function readKey(item: unknown, entity: Entity, path: string): OrderKey | InputIssue {
  const [name, ...others] = isJsonObject(item) ? Object.keys(item) : [];
  if (name === undefined || others.length > 0) {
    return { path, message: 'must be an object with one field and its direction' };
  }
  const direction = (item as Record<string, unknown>)[name];
  const field = entity.fields.get(name);
  const at = `${path}.${excerpt(name)}`;
  if (!field) return { path: at, message: unknownWord('field', name, [...entity.fields.keys()]) };
  const known = Object.keys(DIRECTIONS);
  const found = known.find((one) => one === direction);
  const how = found === undefined ? undefined : DIRECTIONS[found];
  if (!how) {
    const word = typeof direction === 'string' ? direction : '';
    return { path: at, message: unknownWord('direction', word, known) };
  }
  // Where no value is null their place means nothing, and must not make another order of it.
  return { field, ...how, nullsFirst: field.nullable && how.nullsFirst };
}

function completed(keys: OrderKey[]): Order {
  const at = keys.findIndex(({ field }) => field.name === ID.name);
  const last = keys.at(-1);
  // No two rows have the same id: what comes after it decides nothing.
  const whole =
    at >= 0
      ? keys.slice(0, at + 1)
      : [...keys, { field: ID, descending: last?.descending ?? true, nullsFirst: false }];
  // The time and then the id is the order of the ids alone, which an index has.
  const time = whole.at(-2);
  return time?.field.inId && time.descending === whole.at(-1)?.descending
    ? [...whole.slice(0, -2), ...whole.slice(-1)]
    : whole;
}
