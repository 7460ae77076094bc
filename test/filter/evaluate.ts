import type { Row } from './rows.js';

/**
 * A filter's meaning, written down a second time and in the plainest way: it looks at the JSON and at one row, and
 * knows nothing of the compiler. `subject` is a notification, an event or a delivery.
 */
export function holds(filter: object, subject: object): boolean {
  return Object.entries(filter).every(([key, value]) => {
    if (key === 'AND') return (value as object[]).every((one) => holds(one, subject));
    if (key === 'OR') return (value as object[]).some((one) => holds(one, subject));
    if (key === 'NOT') return !holds(value as object, subject);
    if (key === 'event')
      return (subject as Row).event !== null && holds(value as object, (subject as Row).event!);
    if (key === 'deliveries') return ofMany(value as object, (subject as Row).deliveries);
    return ofField(value, (subject as Record<string, unknown>)[key]);
  });
}

function ofMany(quantified: object, rows: object[]): boolean {
  return Object.entries(quantified).every(([quantifier, filter]) => {
    const fits = (row: object) => holds(filter as object, row);
    if (quantifier === 'some') return rows.some(fits);
    return quantifier === 'every' ? rows.every(fits) : !rows.some(fits);
  });
}

function ofField(condition: unknown, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return compare(value, condition) === 0;
  return Object.entries(condition).every(([operator, operand]) => ofOperator(operator, operand, value));
}

function ofOperator(operator: string, operand: unknown, value: unknown): boolean {
  const order = Array.isArray(operand) || value === null ? NaN : compare(value, operand);
  switch (operator) {
    case 'eq':
      return compare(value, operand) === 0;
    case 'neq':
      return compare(value, operand) !== 0;
    case 'in':
      return (operand as unknown[]).some((one) => compare(value, one) === 0);
    case 'notIn':
      return !(operand as unknown[]).some((one) => compare(value, one) === 0);
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    case 'isNull':
      return (value === null) === operand;
  }
  if (typeof value !== 'string' || typeof operand !== 'string') return false;
  switch (operator) {
    case 'contains':
      return value.includes(operand);
    case 'startsWith':
      return value.startsWith(operand);
    case 'endsWith':
      return value.endsWith(operand);
    case 'like':
      return like(value, operand);
    case 'ilike':
      return like(value.toLowerCase(), operand.toLowerCase());
  }
  throw new Error(`an operator that the evaluation does not know: ${operator}`);
}

function like(value: string, pattern: string): boolean {
  let source = '';
  let escaped = false;
  for (const character of pattern) {
    if (!escaped && character === '\\') escaped = true;
    else {
      if (!escaped && character === '%') source += '.*';
      else if (!escaped && character === '_') source += '.';
      else source += character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
      escaped = false;
    }
  }
  return new RegExp(`^${source}$`, 'su').test(value);
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

/** Times by their nanoseconds, texts by their code points; null equals null and is otherwise not comparable. */
export function compare(a: unknown, b: unknown): number {
  if (a === null || b === null) return a === b ? 0 : NaN;
  if (typeof a === 'string' && typeof b === 'string') {
    if (TIME.test(a) && TIME.test(b)) {
      const [x, y] = [nanoseconds(a), nanoseconds(b)];
      return x === y ? 0 : x < y ? -1 : 1;
    }
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return Math.sign(Number(a) - Number(b));
}

function nanoseconds(iso: string): bigint {
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? '';
  return BigInt(Date.parse(iso.replace(/\.\d+/, ''))) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
