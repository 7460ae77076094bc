import { textProblem } from '../../common/text.js';
import { likely } from '../../common/suggest.js';
import { parseId } from '../../common/typeid.js';
import type { Field, FieldType } from './fields.js';
import type { Scalar } from './tree.js';

/** A value that was read from the input, or why it cannot be one. */
export type Read<Value> = { value: Value } | { problem: string };

/** What a field of each type is called in a message. */
export const TYPE_NAMES: Record<FieldType, string> = {
  text: 'a text',
  id: 'an id',
  bool: 'a boolean',
  time: 'a time',
  enum: 'an enumeration',
  int: 'a number',
};

const READERS: Record<FieldType, (input: unknown, field: Field) => Read<Scalar>> = {
  text: readText,
  id: readId,
  time: (input) => readTime(input),
  enum: readEnum,
  bool: (input) => (typeof input === 'boolean' ? { value: input } : { problem: 'must be true or false' }),
  int: (input) =>
    Number.isSafeInteger(input) ? { value: input as number } : { problem: 'must be a whole number' },
};

/** Reads a value of the field's type: the value is in the one form in which it is compared. */
export function readScalar(input: unknown, field: Field): Read<Scalar> {
  return READERS[field.type](input, field);
}

export function readText(input: unknown): Read<string> {
  const problem = textProblem(input, 0, Infinity);
  return problem === undefined ? { value: input as string } : { problem };
}

function readId(input: unknown): Read<string> {
  const id = typeof input === 'string' ? parseId(input) : undefined;
  return id === undefined ? { problem: 'must be a UUID or an id such as ntf_…' } : { value: id };
}

function readEnum(input: unknown, field: Field): Read<string> {
  const values = field.values ?? [];
  if (typeof input === 'string' && values.includes(input)) return { value: input };
  const meant = typeof input === 'string' ? likely(input, values) : undefined;
  const problem = `must be one of ${values.join(', ')}`;
  return { problem: meant === undefined ? problem : `${problem}; did you mean "${meant}"?` };
}

// A date alone is its midnight in UTC; a time of day without its zone would mean something else on every machine.
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2}))?$/i;

/**
 * Reads an ISO 8601 time. The value is in UTC with microseconds, as PostgreSQL has them: columns hold milliseconds, and
 * a finer value must still compare as what it is. What is beyond a microsecond makes its last digit odd: that is the
 * same place between the same two milliseconds, and on neither of them.
 */
export function readTime(input: unknown): Read<string> {
  const parts = typeof input === 'string' ? TIME.exec(input) : null;
  const problem = 'must be an ISO 8601 time with its zone, such as 2026-03-30T08:00:00Z';
  if (!parts) return { problem };
  const [, day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts;
  // Date rolls over: February 30 is March 2 to it.
  if (isoOf(`${day}T00:00:00Z`)?.slice(0, 10) !== day) return { problem };
  const seconds = isoOf(`${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`)?.slice(0, 19);
  // PostgreSQL's years begin at 1, and ISO 8601 writes those after 9999 in another way.
  if (seconds === undefined || !/^\d{4}-/.test(seconds) || seconds.startsWith('0000')) return { problem };
  const microseconds = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const beyond = /[1-9]/.test(fraction.slice(6)) ? 1 : 0;
  return { value: `${seconds}.${String(microseconds | beyond).padStart(6, '0')}Z` };
}

function isoOf(text: string): string | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
