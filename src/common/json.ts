/** The largest `data` object, in bytes of its JSON text. */
export const MAX_DATA_BYTES = 65_536;
/** The deepest nesting of `data`: far beyond any use, and far below what overflows a stack. */
export const MAX_DATA_DEPTH = 64;

/** Whether a parsed value is a JSON object: neither null nor a list. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What a JSON text may have at the most. */
export interface JsonLimits {
  /** Levels of nesting. */
  depth: number;
  /** Keys of the outermost object. */
  ownKeys: number;
  /** Keys of all objects together. */
  keys: number;
  /** Values of all lists and objects together, and these themselves. */
  values: number;
}

/**
 * Which limit a JSON text goes beyond, or undefined. Counted by its brackets, commas and colons outside of strings,
 * before it is parsed: to make objects of megabytes of empty lists or short keys, and to walk them, takes seconds.
 */
export function exceededLimit(json: Uint8Array, limits: JsonLimits): keyof JsonLimits | undefined {
  let [depth, ownKeys, keys, values] = [0, 0, 0, 0];
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] as number;
    if (byte === QUOTE) inString = !inString;
    else if (inString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > limits.depth) return 'depth';
      // The first value after it; the others have a comma before them.
      values += 1;
      if (values > limits.values) return 'values';
    } else if (byte === COMMA) {
      values += 1;
      if (values > limits.values) return 'values';
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    else if (byte === COLON) {
      keys += 1;
      if (depth === 1) ownKeys += 1;
      if (ownKeys > limits.ownKeys) return 'ownKeys';
      if (keys > limits.keys) return 'keys';
    }
  }
  return undefined;
}
