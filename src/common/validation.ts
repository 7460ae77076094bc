import { ValidationPipe, type ArgumentMetadata, type Type, type ValidationError } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { LRUCache } from 'lru-cache';
import { CarillonError, invalidInput, MAX_ISSUES, type InputIssue } from './errors.js';
import { MAX_ID_LENGTH, textProblem } from './text.js';

/** Different queries that are remembered, and the longest of them: most ask for the first page of a list. */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 200;

/** What an answer says of an unknown key. */
export const NOT_KNOWN = 'is not known here';

/**
 * How a DTO reads what decorators cannot describe: trees of any shape, texts that hold lists or JSON, and properties
 * that do not go together. What is read travels on as it was read.
 */
export interface OwnReading {
  /** The properties that it reads: nothing else looks into them. */
  readonly keys: readonly string[];
  /** @param given the whole input, as it came */
  read(given: Record<string, unknown>): { values: Record<string, unknown>; issues: InputIssue[] };
}

/** What is known of a DTO, found out once. */
interface Dto {
  /** Its decorated properties: there are no others. */
  properties: ReadonlySet<string>;
  reading: OwnReading | undefined;
  remembered: LRUCache<string, object>;
}

/** Values within a property: those of a DTO are single ones and short lists, and class-transformer copies each. */
const MAX_VALUES = 1_000;

/**
 * What a query or path was found to mean is remembered, because class-transformer and class-validator take up to a
 * tenth of the time of a request, and most requests ask in the same words. The objects are shared, so they are frozen.
 */
class InputPipe extends ValidationPipe {
  private readonly dtos = new Map<object, Dto>();

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    // Without a DTO, the code that reads the value checks its keys.
    if (!metatype || !this.toValidate(metadata)) return super.transform(value, metadata);
    const dto = this.dtoOf(metatype);
    if (type !== 'query' && type !== 'param') return this.read(value, metadata, dto);
    const text = JSON.stringify(value);
    const known = dto.remembered.get(text);
    if (known) return known;
    const result = await this.read(value, metadata, dto);
    if (typeof result === 'object' && result !== null && text.length <= LONGEST_REMEMBERED) {
      dto.remembered.set(text, Object.freeze(result));
    }
    return result;
  }

  /** Collects every wrong place. Neither of the two libraries sees what is unknown, or too much for it. */
  private async read(value: unknown, metadata: ArgumentMetadata, dto: Dto): Promise<unknown> {
    if (!isObject(value)) return super.transform(value, metadata);
    const own = dto.reading?.read(value) ?? { values: {}, issues: [] };
    const { kept, issues } = keep(value, dto);
    if (issues.length === 0 && own.issues.length === 0) {
      return Object.assign((await super.transform(kept, metadata)) as object, own.values);
    }
    const seen: unknown = await super.transform(kept, metadata).catch((error: unknown) => error);
    throw invalidInput([...((seen instanceof CarillonError && seen.errors) || []), ...issues, ...own.issues]);
  }

  private dtoOf(metatype: NonNullable<ArgumentMetadata['metatype']>): Dto {
    let dto = this.dtos.get(metatype);
    if (!dto) {
      const decorated = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false);
      dto = {
        properties: new Set(decorated.map(({ propertyName }) => propertyName)),
        reading: (metatype as { reading?: OwnReading }).reading,
        remembered: new LRUCache({ max: REMEMBERED }),
      };
      this.dtos.set(metatype, dto);
    }
    return dto;
  }
}

/**
 * The pipe of every route that takes a body or a query: what is unknown is refused by its name, what is wrong is
 * answered with every wrong place at once.
 */
export const validationPipe = new InputPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  // A DTO without any decorated property would let everything through.
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors: ValidationError[]): CarillonError => invalidInput(issuesOf(errors)),
});

/**
 * Checks what code gives by its class, as the routes check what callers send.
 * @throws CarillonError `invalid_input` naming every wrong place
 */
export async function checkInput<T extends object>(type: Type<T>, value: T): Promise<T> {
  return (await validationPipe.transform(value, { type: 'body', metatype: type })) as T;
}

/** @throws CarillonError `invalid_input` when it cannot be a user's id */
export function checkUserId(userId: unknown): string {
  const message = textProblem(userId, 1, MAX_ID_LENGTH);
  if (message !== undefined) throw invalidInput([{ path: 'userId', message }]);
  return userId as string;
}

/** class-validator's tree of errors as a flat list of paths. */
export function issuesOf(errors: ValidationError[], parent = ''): InputIssue[] {
  return errors.flatMap((error) => {
    const path = pathOf(parent, error.property);
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      path,
      message: rule === 'whitelistValidation' ? NOT_KNOWN : withoutName(message, error.property),
    }));
    return [...own, ...issuesOf(error.children ?? [], path)];
  });
}

function pathOf(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
}

// class-validator's own messages begin with the property; the path says that already.
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

/** The properties for the two libraries, and what is wrong with the others. */
function keep(
  value: Record<string, unknown>,
  { properties, reading }: Dto,
): { kept: Record<string, unknown>; issues: InputIssue[] } {
  const kept: Record<string, unknown> = {};
  const issues: InputIssue[] = [];
  for (const [path, given] of Object.entries(value)) {
    if (issues.length === MAX_ISSUES) break;
    if (!properties.has(path)) issues.push({ path, message: NOT_KNOWN });
    else if (reading?.keys.includes(path)) continue;
    else if (valuesWithin(given) > MAX_VALUES) {
      issues.push({ path, message: `must not hold more than ${MAX_VALUES} values` });
    } else kept[path] = given;
  }
  return { kept, issues };
}

/** How many values there are in a value, counted no further than needed. */
function valuesWithin(value: unknown): number {
  if (!isObject(value)) return 0;
  let count = 0;
  for (const item of Object.values(value)) {
    count += 1 + valuesWithin(item);
    if (count > MAX_VALUES) break;
  }
  return count;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
