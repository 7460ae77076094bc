import { types } from 'node:util';
import { MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { JsonNumber } from '../common/json-exact.js';
import type { Reading } from '../common/rule.js';
import { excerpt, textProblem } from '../common/text.js';

/** The largest `data` object, in bytes of its JSON text. */
export const MAX_DATA_BYTES = 65_536;
/** The deepest nesting of `data`: far beyond any use, and far below what overflows a stack. */
const MAX_DATA_DEPTH = 64;

const TOO_LARGE = `must be at most ${MAX_DATA_BYTES} bytes of JSON`;

/** Signs of a number: the largest double has 309 digits, and PostgreSQL's numbers thousands. */
const MAX_NUMBER = 400;

/**
 * A value as the JSON text of an object, or everything in it that JSON cannot hold.
 *
 * The text is that of `JSON.stringify`, but for numbers that came as they were written. What `JSON.stringify` leaves out,
 * changes, or fails at without saying where, is refused by its place; but a property that is undefined is one that is
 * not there.
 * @param path of the value, with which the path of every issue begins
 */
export function jsonData(value: unknown, path: string): Reading<string> {
  const writer = new Writer();
  const json = writer.write(() => value, path, '', 1);
  if (writer.issues.length === 0 && !json?.startsWith('{')) writer.wrong(path, 'must be an object');
  if (writer.room < 0) writer.wrong(path, TOO_LARGE);
  if (writer.issues.length > 0 || json === undefined) return { issues: writer.issues };
  const bytes = Buffer.byteLength(json);
  return bytes > MAX_DATA_BYTES
    ? { issues: [{ path, message: `${TOO_LARGE}, not ${bytes}` }] }
    : { value: json };
}

/** Reads each property once: what is written is what was looked at, and not what a getter answers the next time. */
class Writer {
  readonly issues: InputIssue[] = [];
  /** Bytes for what is still to come, by the fewest that each value takes: once they are used up, nothing is looked at. */
  room = MAX_DATA_BYTES;
  /** The objects that the present one is in. */
  private readonly within: object[] = [];

  wrong(path: string, message: string): undefined {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ path, message });
  }

  /**
   * @param read may run code of the value's own: a getter, a proxy
   * @returns the JSON text; undefined where there is none
   */
  write(read: () => unknown, path: string, key: string, depth: number): string | undefined {
    // A value has a sign after it.
    this.room -= 2;
    try {
      const given = read();
      // As JSON it is a list of its bytes, which is not even made of one that is too large.
      if (Buffer.isBuffer(given) && given.length > MAX_DATA_BYTES) return this.wrong(path, TOO_LARGE);
      return this.value(ownJson(given, key), path, depth);
    } catch (error) {
      return this.wrong(
        path,
        `cannot be read: ${types.isNativeError(error) ? excerpt(String(error)) : 'it throws'}`,
      );
    }
  }

  private value(value: unknown, path: string, depth: number): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.text(value, path);
      case 'number':
        return Number.isFinite(value)
          ? this.number(JSON.stringify(value), path)
          : this.wrong(path, `must be a finite number, not ${value}`);
      case 'boolean':
        return String(value);
      case 'bigint':
        return this.wrong(path, 'must not be a BigInt, which JSON cannot hold: send it as a text');
      case 'function':
      case 'symbol':
        return this.wrong(path, `must not be a ${typeof value}, which JSON cannot hold`);
      case 'object':
        return value === null ? 'null' : this.object(value, path, depth);
      default:
        return undefined;
    }
  }

  private object(value: object, path: string, depth: number): string | undefined {
    if (value instanceof JsonNumber) return this.number(value.literal, path);
    if (depth > MAX_DATA_DEPTH) {
      return this.wrong(path, `must not be nested deeper than ${MAX_DATA_DEPTH} levels`);
    }
    if (this.within.includes(value)) return this.wrong(path, 'must not hold itself');
    if (isInvalidDate(value)) return this.wrong(path, 'must not be an invalid date, which JSON has as null');
    const isList = Array.isArray(value);
    if (!isList && !isOrdinary(value) && holdsNothing(value)) {
      const name = excerpt(String(value.constructor.name));
      return this.wrong(path, `must not be of the class ${name}, which JSON cannot hold: send what is in it`);
    }
    this.within.push(value);
    const text = isList
      ? this.list(value, path, depth)
      : this.properties(value as Record<string, unknown>, path, depth);
    this.within.pop();
    return text;
  }

  private list(value: unknown[], path: string, depth: number): string {
    const items: string[] = [];
    for (let at = 0; at < value.length && this.goesOn(); at += 1) {
      const place = `${path}[${at}]`;
      const wrongBefore = this.issues.length;
      const item = this.write(() => value[at], place, String(at), depth + 1);
      if (item !== undefined) items.push(item);
      else if (this.issues.length === wrongBefore) {
        this.wrong(place, 'must not be undefined, which JSON has as null in a list');
      }
    }
    return `[${items.join(',')}]`;
  }

  private properties(value: Record<string, unknown>, path: string, depth: number): string {
    const isSeen = (key: symbol) => Object.prototype.propertyIsEnumerable.call(value, key);
    if (Object.getOwnPropertySymbols(value).some(isSeen)) {
      this.wrong(path, 'must not have a symbol as a key, which JSON leaves out');
    }
    const items: string[] = [];
    for (const key of Object.keys(value)) {
      if (!this.goesOn()) break;
      const place = `${path}.${key}`;
      const name = this.text(key, place);
      const item = this.write(() => value[key], place, key, depth + 1);
      if (item !== undefined) items.push(`${name}:${item}`);
    }
    return `{${items.join(',')}}`;
  }

  private text(text: string, path: string): string | undefined {
    this.room -= text.length;
    if (this.room < 0) return undefined;
    const problem = textProblem(text, 0, Infinity);
    return problem === undefined ? JSON.stringify(text) : this.wrong(path, problem);
  }

  /** Readers of JSON know doubles: beyond their range a number is none to most of them, or another one. */
  private number(literal: string, path: string): string | undefined {
    const value = Number(literal);
    const isNothing = value === 0 && /[1-9]/.test(literal.replace(/e.*/i, ''));
    if (!Number.isFinite(value) || isNothing || literal.length > MAX_NUMBER) {
      return this.wrong(path, `must be a number that a double can come near to, not ${excerpt(literal)}`);
    }
    // The first of its digits has had its room.
    this.room -= digitsOf(literal) - 1;
    return literal;
  }

  private goesOn(): boolean {
    return this.room >= 0 && this.issues.length < MAX_ISSUES;
  }
}

/** Of a number as PostgreSQL writes it, without an exponent: `1e300` has 301. */
function digitsOf(literal: string): number {
  const [, whole = '', fraction = '', exponent = 0] = /^-?(\d+)\.?(\d*)(?:e(.+))?$/i.exec(literal) ?? [];
  const shift = Number(exponent);
  return Math.max(whole.length + shift, 1) + Math.max(fraction.length - shift, 0);
}

/** What a value says of itself for JSON, by the rules of `JSON.stringify`. */
function ownJson(value: unknown, key: string): unknown {
  if (typeof value !== 'bigint' && (typeof value !== 'object' || value === null)) return value;
  if (typeof value === 'object' && !Array.isArray(value) && !isOrdinary(value)) {
    if (types.isBoxedPrimitive(value)) return value.valueOf();
    // An invalid date's is null.
    if (isInvalidDate(value)) return value;
  }
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, key) as unknown) : value;
}

function isInvalidDate(value: object): boolean {
  return types.isDate(value) && Number.isNaN(value.getTime());
}

/** An object of no class. */
function isOrdinary(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // That of another realm's objects has none itself either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether JSON would be without what an object of a class is there for. An object that keeps it in properties is taken. */
function holdsNothing(value: object): boolean {
  return (
    [types.isMap, types.isSet, types.isNativeError, types.isArrayBufferView, types.isAnyArrayBuffer].some(
      (is) => is(value),
    ) || Object.keys(value).length === 0
  );
}
