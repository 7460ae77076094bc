import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CarillonError, invalidInput, type InputIssue } from './errors.js';

/** Different queries that are remembered, and the longest of them: most ask for the first page of a list. */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 200;

/** What is said of a key that nothing here is called by. */
export const NOT_KNOWN = 'is not known here';

/** A DTO that looks at its input itself, for places within a value and for values that do not go together. */
interface LooksItself {
  issuesOf(given: Record<string, unknown>): InputIssue[];
}

/**
 * What a query or path was found to mean is remembered, because class-transformer and class-validator take up to a
 * tenth of the time of a request, and most requests ask in the same words. The objects are shared, so they are frozen.
 */
class OurPipe extends ValidationPipe {
  private readonly known = new WeakMap<object, LRUCache<string, object>>();

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    if ((type !== 'query' && type !== 'param') || !metatype) return this.read(value, metadata);
    const text = JSON.stringify(value);
    const known = this.knownOf(metatype);
    const found = known.get(text);
    if (found) return found;
    const result = await this.read(value, metadata);
    if (typeof result === 'object' && result !== null && text.length <= LONGEST_REMEMBERED) {
      known.set(text, Object.freeze(result));
    }
    return result;
  }

  /** What decorators cannot see is told together with what they do. */
  private async read(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Without a DTO, whoever reads the value checks its keys.
    if (!this.toValidate(metadata)) return super.transform(value, metadata);
    const issues = [...inheritedNames(value), ...ownIssues(value, metadata.metatype)];
    if (issues.length === 0) return super.transform(value, metadata);
    const seen: unknown = await super
      .transform(withoutInherited(value), metadata)
      .catch((error: unknown) => error);
    throw invalidInput([...((seen instanceof CarillonError && seen.errors) || []), ...issues]);
  }

  private knownOf(metatype: object): LRUCache<string, object> {
    let known = this.known.get(metatype);
    if (!known) {
      known = new LRUCache({ max: REMEMBERED });
      this.known.set(metatype, known);
    }
    return known;
  }
}

/**
 * The pipe of every route that takes a body or a query: what is unknown is refused by its name, what is wrong is
 * answered with every wrong place at once.
 */
export const validationPipe = new OurPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  // A DTO without any decorated property would let everything through.
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors: ValidationError[]): CarillonError => invalidInput(issuesOf(errors)),
});

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

/**
 * Keys that every object has from its prototype (`constructor`): class-transformer leaves them out, and class-validator
 * takes them for known.
 */
function inheritedNames(value: unknown): InputIssue[] {
  if (!isObject(value)) return [];
  const names = Object.keys(value).filter((key) => key in Object.prototype);
  return names.map((path) => ({ path, message: NOT_KNOWN }));
}

function withoutInherited(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !(key in Object.prototype)));
}

function ownIssues(value: unknown, metatype: ArgumentMetadata['metatype']): InputIssue[] {
  const { issuesOf } = (metatype ?? {}) as Partial<LooksItself>;
  return issuesOf && isObject(value) ? issuesOf(value) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
