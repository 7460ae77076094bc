import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { MayBeAbsent, Rule, type Schema } from './rule.js';

/**
 * A page size: a whole number from 1. A size above `most` is lowered to it (AIP-158), so that a client which asks for
 * everything gets as much as there is at once.
 */
export function IsCount(most: number, description: string, byDefault: number): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    Transform(({ value }) => toCount(value, most)),
    IsNumber1To(Infinity, { maximum: most, default: byDefault, description }),
  );
}

/**
 * The greatest page number: the answer repeats it, and a greater one is another one in JavaScript's numbers. With 100
 * items a page its offset still fits PostgreSQL's bigint.
 */
const MAX_PAGE = Number.MAX_SAFE_INTEGER;

/** A page number in a query: a whole number from 1. One past the last page is not wrong, and empty. */
export function IsPage(): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    Transform(({ value }) => toCount(value, Infinity)),
    IsNumber1To(MAX_PAGE, {
      maximum: MAX_PAGE,
      default: 1,
      description: 'Which page; one past the last is empty.',
    }),
  );
}

/** One rule, so that one thing is said: what is no number at all is neither too small nor too great. */
export function IsNumber1To(most: number, schema: Schema = {}): PropertyDecorator {
  const problem = (value: unknown) => numberProblem(value, most);
  return Rule('isNumber1To', problem, { type: 'integer', minimum: 1, ...schema });
}

function numberProblem(value: unknown, most: number): string | undefined {
  if (!Number.isInteger(value)) return 'must be a whole number';
  if ((value as number) < 1) return 'must be at least 1';
  return (value as number) > most ? `must be at most ${most}` : undefined;
}

function toCount(value: unknown, most: number): unknown {
  // A query has texts, a body numbers.
  const count = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return Number.isInteger(count) ? Math.min(count as number, most) : value;
}
