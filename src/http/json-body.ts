import { isUtf8 } from 'node:buffer';
import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { CarillonError, invalidInput } from '../common/errors.js';
import { exceededLimit, isJsonObject, MAX_DATA_BYTES, type JsonLimits } from '../common/json.js';
import { mayLoseDigits, parseExactly } from '../common/json-exact.js';
import { excerpt } from '../common/text.js';

const BODY_LIMITS: JsonLimits = {
  // An event's data may have 64 levels. Validation walks a body by recursion.
  depth: 100,
  // Preferences have one for each type of the catalogue; everything else has a handful.
  ownKeys: 1_000,
  // Any data that is small enough has fewer: a key takes five bytes with its value and the signs around it.
  keys: MAX_DATA_BYTES / 4,
  // An event for 10,000 users has fewer, with any data: there a list takes three bytes and counts twice.
  values: MAX_DATA_BYTES,
};

const BEYOND: Record<keyof JsonLimits, string> = {
  depth: `the body must not be nested deeper than ${BODY_LIMITS.depth} levels`,
  ownKeys: `the body must not have more than ${BODY_LIMITS.ownKeys} keys`,
  keys: `the body must not have more than ${BODY_LIMITS.keys} keys in all`,
  values: `the body must not have more than ${BODY_LIMITS.values} values in all`,
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
      if (!error && isJsonObject(value) && isJsonObject(value['data']) && mayLoseDigits(text)) {
        // Of all that bodies hold, data alone is kept as it came: other numbers are compared with their limits.
        value['data'] = (parseExactly(text) as { data: unknown }).data;
      }
      done(error, value);
    });
  };
}

/** Why a body is not even parsed, or undefined. Both checks cost less than parsing does. */
function bodyProblem(body: Buffer): string | undefined {
  // Decoded all the same, a user id with such bytes would be the id of somebody else.
  if (!isUtf8(body)) return 'the body must be UTF-8';
  const beyond = exceededLimit(body, BODY_LIMITS);
  return beyond && BEYOND[beyond];
}
