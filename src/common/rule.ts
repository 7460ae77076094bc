import { registerDecorator, ValidateIf } from 'class-validator';
import type { ErrorCode, InputIssue } from './errors.js';
import { textProblem } from './text.js';

/** What an OpenAPI document says of a property. */
export type Schema = Readonly<Record<string, unknown>>;

/** class-validator: a rule that says what is wrong with a value, or undefined; and what documents say of it. */
export function Rule(
  name: string,
  problem: (value: unknown, input: object) => string | undefined,
  schema: Schema = {},
  constraints: unknown[] = [],
): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: propertyName as string,
      constraints,
      options: { context: { schema } },
      validator: {
        validate: (value, args) => problem(value, args?.object ?? {}) === undefined,
        defaultMessage: (args) => problem(args?.value, args?.object ?? {}) ?? 'is not valid',
      },
    });
}

/** A wrong place, and the code of the failure when all wrong places have this one. */
export type FoundIssue = InputIssue & { code?: ErrorCode };

/** What a reader found: what the value means, or every wrong place in it. */
export type Reading<T = unknown> = { value: T } | { issues: FoundIssue[] };

/** What a value is in. */
export interface Around {
  /** The whole input as it came. */
  whole: Readonly<Record<string, unknown>>;
  /** What `checkInput()` was given to know beside the input. */
  known: unknown;
}

/** @param given undefined when there is none @param path of the value, with which the path of every issue begins */
export type Reader<T = unknown> = (given: unknown, path: string, around: Around) => Reading<T>;

/** The name of {@link Reads} among class-validator's rules. */
export const READS = 'reads';

/**
 * class-validator: a property that is read as a whole by a function, because one message cannot name all that may be
 * wrong in it (long lists, trees, JSON), or because it comes as a text. What was read takes the place of what came.
 */
export function Reads(reader: Reader, schema: Schema = {}): PropertyDecorator {
  return Rule(READS, () => undefined, schema, [reader]);
}

/** Undefined is none, and stays so. */
export function unlessAbsent<T>(reader: Reader<T>): Reader<T | undefined> {
  return (given, path, around) => (given === undefined ? { value: undefined } : reader(given, path, around));
}

/** class-validator: may be left out, but unlike `IsOptional` must not be null: a patch tells the two apart. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined, { context: { schema: { required: false } } });
}

/** class-validator: may be left out or null. */
export function MayBeNull(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined && value !== null, {
    context: { schema: { required: false, nullable: true } },
  });
}

/** class-validator: a string of `least` to `most` characters that PostgreSQL can store. */
export function IsText(least: number, most: number, schema: Schema = {}): PropertyDecorator {
  const limits = { type: 'string', ...(least > 0 && { minLength: least }), maxLength: most };
  return Rule('isText', (value) => textProblem(value, least, most), { ...limits, ...schema });
}

export function IsString(schema: Schema = {}): PropertyDecorator {
  const problem = (value: unknown) => (typeof value === 'string' ? undefined : 'must be a string');
  return Rule('isString', problem, { type: 'string', ...schema });
}

export function IsBoolean(schema: Schema = {}): PropertyDecorator {
  const problem = (value: unknown) => (typeof value === 'boolean' ? undefined : 'must be true or false');
  return Rule('isBoolean', problem, { type: 'boolean', ...schema });
}

export function IsOneOf(
  words: readonly string[],
  schema: Schema = {},
  message = `must be one of ${words.join(', ')}`,
): PropertyDecorator {
  const problem = (value: unknown) => (words.includes(value as string) ? undefined : message);
  return Rule('isOneOf', problem, { type: 'string', enum: words, ...schema });
}

export function IsNotWith(other: string): PropertyDecorator {
  return Rule('isNotWith', (_value, input) =>
    (input as Record<string, unknown>)[other] === undefined ? undefined : `cannot be combined with ${other}`,
  );
}
