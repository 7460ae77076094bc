import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import {
  getMetadataStorage,
  validateSync,
  ValidationTypes,
  type MetadataStorage,
  type ValidationError,
} from 'class-validator';
import { invalidInput, MAX_ISSUES, type InputIssue } from './errors.js';
import { groupedBy } from './grouped.js';
import { isJsonObject } from './json.js';
import { READS, type FoundIssue, type Reader, type Reading, type Schema } from './rule.js';
import { snakeCase } from './snake-case.js';
import { didYouMean } from './suggest.js';
import { MAX_ID_LENGTH, textProblem } from './text.js';

/** What an answer says of an unknown key. */
export const NOT_KNOWN = 'is not known here';

/** How a caller spells the keys: as the class has them, or in snake case, as JSON has those of a class in camel case. */
export type Spelling = 'code' | 'json';

/** How an input is read. */
export interface Ways {
  spelling?: Spelling;
  /** What its readers know beside it. */
  known?: unknown;
  /** Whether it is the query of a request, in which what is given more than once is a list. */
  isQuery?: boolean;
}

/** A decorated property of a DTO. */
export interface Field {
  name: string;
  key: Record<Spelling, string>;
  /** What its rules say of it for a document. */
  schema: Schema;
  reader: Reader | undefined;
  /** Whether its rules hold for its value in an input: class-validator is asked for what is wrong only. */
  holds: (input: object, value: unknown) => boolean;
}

/**
 * Checks an input by its class: what is unknown is refused by its name, what is wrong is named with every wrong place
 * at once, in the order of the properties.
 * @returns an instance with what was read; what was left out, or undefined, has its default
 * @throws CarillonError `invalid_input`
 */
export function checkInput<T extends object>(type: Type<T>, given: unknown, ways: Ways = {}): T {
  const reading = readInput(type, given, '', ways);
  if ('issues' in reading) throw invalidInput(reading.issues);
  return reading.value;
}

/** {@link checkInput} for what is within another input, at a path. */
export function readInput<T extends object>(
  type: Type<T>,
  given: unknown,
  path: string,
  { spelling = 'code', known, isQuery = false }: Ways = {},
): Reading<T> {
  if (!isJsonObject(given)) return { issues: [{ path, message: 'must be an object' }] };
  const fields = fieldsOf(type);
  const isRepeated = (value: unknown) => isQuery && Array.isArray(value);
  const scalars: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  for (const { name, key, reader } of fields) {
    const value = given[key[spelling]];
    if (value === undefined || reader || isRepeated(value)) continue;
    (SCALARS.includes(typeof value) ? scalars : others)[name] = value;
  }
  // class-transformer would copy the others value by value, and call functions and what a key `constructor` holds.
  const input: Record<string, unknown> = Object.assign(plainToInstance(type, scalars), others);
  // Beside the rules themselves, a tenth of a microsecond, it takes three to make the errors that there may be.
  const isRight = fields.every(({ name, holds }) => holds(input, input[name]));
  const errors = isRight ? [] : validateSync(input, OPTIONS);
  const around = { whole: given, known };
  const issues: FoundIssue[] = unknownKeys(given, fields, spelling, path);
  for (const { name, key, reader } of fields) {
    if (isRepeated(given[key[spelling]])) {
      issues.push({ path: at(path, key[spelling]), message: 'must not be given more than once' });
    } else if (reader) {
      const reading = reader(given[key[spelling]], at(path, key[spelling]), around);
      if ('issues' in reading) issues.push(...reading.issues);
      else input[name] = reading.value;
    } else if (!isRight) {
      const error = errors.find(({ property }) => property === name);
      issues.push(...issuesOf(error, at(path, key[spelling])));
    }
  }
  return issues.length > 0 ? { issues } : { value: input as T };
}

/** What class-transformer may turn into something else: a text into the number that it stands for. */
const SCALARS = ['string', 'number', 'boolean'];

/** Every property has rules of its own: unknown ones have been named, and stop nothing that comes after them. */
const OPTIONS = { forbidUnknownValues: false, validationError: { target: false, value: false } };

type Rules = ReturnType<MetadataStorage['getTargetValidationMetadatas']>;

const dtos = new Map<Type, readonly Field[]>();

/** The decorated properties of a DTO, found out once: there are no others. */
export function fieldsOf(type: Type): readonly Field[] {
  let fields = dtos.get(type);
  if (!fields) {
    const all = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
    const rules = groupedBy(all, ({ propertyName }) => propertyName);
    // It would let everything through.
    if (rules.size === 0) throw new Error(`${type.name} has no decorated property`);
    fields = [...rules].map(([name, own]) => fieldOf(name, own));
    dtos.set(type, fields);
  }
  return fields;
}

function fieldOf(name: string, rules: Rules): Field {
  const schemas = rules.map(({ context }) => (context as { schema?: Schema } | undefined)?.schema);
  const reads = rules.find((rule) => rule.name === READS);
  return {
    name,
    key: { code: name, json: snakeCase(name) },
    schema: Object.assign({}, ...schemas) as Schema,
    reader: reads?.constraints[0] as Reader | undefined,
    holds: reads ? () => true : asked(rules),
  };
}

/** The rules of a property as one function. */
function asked(rules: Rules): Field['holds'] {
  const { CONDITIONAL_VALIDATION, CUSTOM_VALIDATION } = ValidationTypes;
  const conditions = rules.flatMap(({ type, constraints }) =>
    type === CONDITIONAL_VALIDATION ? [constraints[0] as Field['holds']] : [],
  );
  const others = rules.filter(({ type }) => type !== CONDITIONAL_VALIDATION);
  // What is more than one question about one value is class-validator's own.
  if (others.some(({ type, each }) => type !== CUSTOM_VALIDATION || each)) return () => false;
  const questions = others.flatMap(({ constraintCls, constraints, propertyName }) =>
    getMetadataStorage()
      .getTargetValidatorConstraints(constraintCls)
      .map(({ instance }) => (object: object, value: unknown) => {
        const more = {
          value,
          object,
          constraints,
          targetName: object.constructor.name,
          property: propertyName,
        };
        return instance.validate(value, more) === true;
      }),
  );
  return (input, value) =>
    conditions.some((condition) => !condition(input, value)) || questions.every((ask) => ask(input, value));
}

/** @throws CarillonError `invalid_input` when it cannot be a user's id */
export function checkUserId(userId: unknown, path = 'userId'): string {
  const message = textProblem(userId, 1, MAX_ID_LENGTH);
  if (message !== undefined) throw invalidInput([{ path, message }]);
  return userId as string;
}

function unknownKeys(
  given: Record<string, unknown>,
  fields: readonly Field[],
  spelling: Spelling,
  path: string,
): InputIssue[] {
  const known = fields.map(({ key }) => key[spelling]);
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  return unknown.slice(0, MAX_ISSUES).map((key) => {
    const meant = didYouMean(key, known);
    return { path: at(path, key), message: `${NOT_KNOWN}${meant && `.${meant}`}` };
  });
}

/** class-validator's own messages begin with the property; the path says that already. */
function issuesOf(error: ValidationError | undefined, path: string): InputIssue[] {
  return Object.values(error?.constraints ?? {}).map((message) => ({
    path,
    message: message.startsWith(`${error?.property} `) ? message.slice(message.indexOf(' ') + 1) : message,
  }));
}

function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
