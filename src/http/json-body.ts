import { isUtf8 } from 'node:buffer';
import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { CarillonError, invalidInput } from '../common/errors.js';
import { isJsonObject } from '../common/json.js';
import { mayLoseDigits, parseExactly } from '../common/json-exact.js';
import { excerpt } from '../common/text.js';
import { MAX_DATA_BYTES } from '../dispatcher/json-data.js';

/** What a body may have at the most. */
const LIMITS = {
  /** Levels of nesting. An event's data may have 64; validation walks a body by recursion. */
  depth: 100,
  /** Keys of the outermost object. Preferences have one for each type of the catalogue; everything else has a handful. */
  ownKeys: 1_000,
  /** Keys of all objects. Any data that is small enough has fewer: a key takes five bytes with its value and the signs around it. */
  keys: MAX_DATA_BYTES / 4,
  /**
   * Values of all lists and objects, and these themselves. An event for 10,000 users has fewer, with any data: there a
   * list takes three bytes and counts twice.
   */
  values: MAX_DATA_BYTES,
};

const BEYOND: Record<keyof typeof LIMITS, string> = {
  depth: `must not be nested deeper than ${LIMITS.depth} levels`,
  ownKeys: `must not have more than ${LIMITS.ownKeys} keys`,
  keys: `must not have more than ${LIMITS.keys} keys in all`,
  values: `must not have more than ${LIMITS.values} values in all`,
};

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** JSON only. An empty body is an empty object, whatever its content type: HTTP clients send such. */
export function bodyParser(fastify: FastifyInstance): FastifyBodyParser<Buffer> {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (body.length === 0) return done(null, {});
    const type = request.headers['content-type'] ?? 'no content type';
    if (!JSON_TYPE.test(type)) {
      const message = `The body must be application/json, not ${excerpt(type)}.`;
      return done(new CarillonError('unsupported_media_type', message));
    }
    const problem = bodyProblem(body);
    if (problem !== undefined) return done(invalidInput([{ path: '', message: problem }]));
    // Editors put a mark before a text, which is no part of its JSON.
    const text = body.toString().replace(/^\ufeff/, '');
    void parseJson(request, text, (error, value) => {
      if (error) return done(invalidInput([{ path: '', message: unparsedProblem(text) }]));
      if (isJsonObject(value) && isJsonObject(value['data']) && mayLoseDigits(text)) {
        // Of all that bodies hold, data alone is kept as it came: other numbers are compared with their limits.
        value['data'] = (parseExactly(text) as { data: unknown }).data;
      }
      done(null, value);
    });
  };
}

/** Why a text was not parsed: Fastify says the same of what is no JSON and of names that would change a prototype. */
function unparsedProblem(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return 'the body must be JSON';
  }
  return 'the body must not have the keys __proto__ and constructor.prototype';
}

/** Why a body is not even parsed, or undefined. Both checks cost less than parsing does. */
function bodyProblem(body: Buffer): string | undefined {
  // Decoded all the same, a user id with such bytes would be another user's.
  if (!isUtf8(body)) return 'the body must be UTF-8';
  const beyond = exceededLimit(body, LIMITS);
  return beyond && `the body ${BEYOND[beyond]}`;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Which limit a JSON text goes beyond, or undefined. Counted by its brackets, commas and colons outside of strings,
 * before it is parsed: to make objects of megabytes of empty lists or short keys, and to walk them, takes seconds.
 */
export function exceededLimit(json: Uint8Array, limits: typeof LIMITS): keyof typeof LIMITS | undefined {
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
