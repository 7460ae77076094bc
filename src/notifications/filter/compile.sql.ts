import type { Field, FieldType } from './fields.js';
import type { Condition } from './tree.js';

/** The values of a statement, in the order of its placeholders. */
export class Parameters {
  constructor(readonly values: unknown[] = []) {}

  /** The placeholder of a value: nothing of the value itself becomes text of the statement. */
  add(value: unknown, sqlType: string): string {
    this.values.push(value);
    return `$${this.values.length}::${sqlType}`;
  }
}

/** How a value of each type is sent to PostgreSQL. */
export const SQL_TYPES: Record<FieldType, string> = {
  text: 'text',
  id: 'uuid',
  bool: 'boolean',
  time: 'timestamptz',
  enum: 'text',
  int: 'bigint',
};

/**
 * The order of texts. "C" is the order of their code points: the same on every server, whatever the database's
 * own collation is.
 */
const BY_CODE_POINT = 'COLLATE "C"';

/** Knows the lower case of every script, which "C" does not. */
const BY_LETTER = 'COLLATE "und-x-icu"';

const TEXTUAL: readonly FieldType[] = ['text', 'enum'];

/** A field as an expression that can be compared and ordered. */
export function expressionOf(field: Field): string {
  if (field.presence) return `(${field.column} IS NOT NULL)`;
  return TEXTUAL.includes(field.type) ? `${field.column} ${BY_CODE_POINT}` : field.column;
}

/** A checked filter as the text of an SQL condition, whose values are added to the parameters. */
export function compileFilter(condition: Condition, parameters: Parameters): string {
  switch (condition.kind) {
    case 'and':
      return joined(condition.of, 'AND', 'TRUE', parameters);
    case 'or':
      return joined(condition.of, 'OR', 'FALSE', parameters);
    case 'not':
      // SQL's own NOT leaves null at null: the complement of "is true" is "is not true".
      return `(${compileFilter(condition.of, parameters)}) IS NOT TRUE`;
    case 'in':
      return membership(condition, parameters);
    case 'compare': {
      const value = parameters.add(condition.value, SQL_TYPES[condition.field.type]);
      return `${expressionOf(condition.field)} ${condition.operator} ${value}`;
    }
    case 'like': {
      const pattern = parameters.add(condition.pattern, 'text');
      return condition.ignoreCase
        ? `${condition.field.column} ILIKE ${pattern} ${BY_LETTER}`
        : `${condition.field.column} LIKE ${pattern} ${BY_CODE_POINT}`;
    }
    case 'exists': {
      const { from, on } = condition.relation;
      return `EXISTS (SELECT FROM ${from} WHERE ${on} AND (${compileFilter(condition.of, parameters)}))`;
    }
  }
}

function joined(conditions: Condition[], word: 'AND' | 'OR', empty: string, parameters: Parameters): string {
  if (conditions.length === 0) return empty;
  return `(${conditions.map((condition) => compileFilter(condition, parameters)).join(` ${word} `)})`;
}

function membership(
  { field, values, orNull }: Extract<Condition, { kind: 'in' }>,
  parameters: Parameters,
): string {
  const [first] = values;
  const choices: string[] = [];
  if (field.presence) {
    // Without a parameter, the partial index of unread rows can serve it.
    for (const value of new Set(values))
      choices.push(value ? expressionOf(field) : `${field.column} IS NULL`);
  } else if (values.length === 1) {
    choices.push(`${field.column} = ${parameters.add(first, SQL_TYPES[field.type])}`);
  } else if (values.length > 1) {
    choices.push(`${field.column} = ANY(${parameters.add(values, `${SQL_TYPES[field.type]}[]`)})`);
  }
  if (orNull) choices.push(field.presence ? 'FALSE' : `${field.column} IS NULL`);
  return choices.length === 0 ? 'FALSE' : `(${choices.join(' OR ')})`;
}
