import type { Field, FieldType } from './fields.js';
import { readScalar, readText, type Read } from './scalars.js';
import type { Condition, Scalar } from './tree.js';

/** The longest list of `in`, `notIn`, `AND` and `OR`. */
export const MAX_LIST = 1_000;

/** A problem of one item of a list names that item. */
export type Built = { value: Condition } | { problem: string; at?: number };

interface Operator {
  fits: readonly FieldType[];
  build(field: Field, input: unknown): Built;
}

const ALL: readonly FieldType[] = ['text', 'id', 'bool', 'time', 'enum', 'int'];
const ORDERED: readonly FieldType[] = ['text', 'id', 'time', 'int'];
const TEXT: readonly FieldType[] = ['text'];

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['eq', { fits: ALL, build: equal }],
  ['neq', { fits: ALL, build: (field, input) => negated(equal(field, input)) }],
  ['in', { fits: ALL, build: oneOf }],
  ['notIn', { fits: ALL, build: (field, input) => negated(oneOf(field, input)) }],
  ['gt', compare('>')],
  ['gte', compare('>=')],
  ['lt', compare('<')],
  ['lte', compare('<=')],
  ['isNull', { fits: ALL, build: isNull }],
  ['contains', like(containing)],
  ['startsWith', like((text) => `${escape(text)}%`)],
  ['endsWith', like((text) => `%${escape(text)}`)],
  ['like', like((text) => text)],
  ['ilike', like((text) => text, true)],
]);

/** The operators that fit a field of this type. */
export function operatorsOf(type: FieldType): string[] {
  return [...OPERATORS].filter(([, operator]) => operator.fits.includes(type)).map(([name]) => name);
}

/** A field's equality with a value; with null, that it has none. */
export function equal(field: Field, input: unknown): Built {
  if (input === null) return nullCondition(field);
  return then(readScalar(input, field), (value) => ({ kind: 'in', field, values: [value], orNull: false }));
}

function oneOf(field: Field, input: unknown): Built {
  if (!Array.isArray(input)) return { problem: 'must be a list' };
  if (input.length > MAX_LIST) return { problem: `must have at most ${MAX_LIST} items` };
  const values: Scalar[] = [];
  for (const [at, item] of input.entries()) {
    if (item === null) continue;
    const read = readScalar(item, field);
    if ('problem' in read) return { ...read, at };
    values.push(read.value);
  }
  return { value: { kind: 'in', field, values, orNull: input.includes(null) } };
}

function isNull(field: Field, input: unknown): Built {
  if (typeof input !== 'boolean') return { problem: 'must be true or false' };
  return input ? nullCondition(field) : negated(nullCondition(field));
}

function nullCondition(field: Field): Built {
  return { value: { kind: 'in', field, values: [], orNull: true } };
}

function compare(operator: '>' | '>=' | '<' | '<='): Operator {
  return {
    fits: ORDERED,
    build: (field, input) =>
      then(readScalar(input, field), (value) => ({ kind: 'compare', field, operator, value })),
  };
}

function like(patternOf: (text: string) => string, ignoreCase = false): Operator {
  return {
    fits: TEXT,
    build: (field, input) => {
      const read = readText(input);
      if ('problem' in read) return read;
      const pattern = patternOf(read.value);
      // PostgreSQL refuses such a pattern while it reads the rows.
      if (/(?<!\\)(\\\\)*\\$/.test(pattern)) {
        return { problem: 'must not end with a single backslash: it escapes the character after it' };
      }
      return { value: { kind: 'like', field, pattern, ignoreCase } };
    },
  };
}

/** A pattern for what has this text in it: `%`, `_` and `\` of the text are themselves. */
export function containing(text: string): string {
  return `%${escape(text)}%`;
}

/** The text itself as a pattern. */
function escape(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function negated(built: Built): Built {
  return 'problem' in built ? built : { value: { kind: 'not', of: built.value } };
}

function then(read: Read<Scalar>, make: (value: Scalar) => Condition): Built {
  return 'problem' in read ? read : { value: make(read.value) };
}
