import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CarillonOptions } from '../config/options.js';
import { answerUnreadable } from './client-error.js';
import { answerNotModified } from './etag.js';
import { CarillonError, invalidInput, notFound } from '../common/errors.js';
import { exceededLimit, MAX_DATA_BYTES, type JsonLimits } from '../common/json.js';
import { ProblemFilter } from '../common/problem.filter.js';
import { excerpt } from '../common/text.js';

/** The largest body, but for events: a page of preferences or a webhook endpoint is far smaller. */
const BODY_LIMIT = 256 * 1024;
/** An event for 10,000 users whose ids have 128 characters each, and 64 KB of data, with JSON's escapes. */
const EVENT_BODY_LIMIT = 8 * 1024 * 1024;
const BODY_LIMITS: JsonLimits = {
  // An event's data may have 64 levels. Validation walks a body by recursion.
  depth: 100,
  // Preferences have one for each type of the catalogue; everything else has a handful.
  ownKeys: 1_000,
  // Any data that is small enough has fewer: a key takes five bytes with its value and the signs around it.
  keys: MAX_DATA_BYTES / 4,
};

const BEYOND: Record<keyof JsonLimits, string> = {
  depth: `the body must not be nested deeper than ${BODY_LIMITS.depth} levels`,
  ownKeys: `the body must not have more than ${BODY_LIMITS.ownKeys} keys`,
  keys: `the body must not have more than ${BODY_LIMITS.keys} keys in all`,
};

/**
 * All headers of a request and its address: a filter may hold a list of 1,000 UUIDs, which percent-encoded in a query
 * take 45 KB, and browsers send up to 16 KB of cookies beside it.
 */
const HEADERS_LIMIT = 64 * 1024;

export const HTTP_OPTIONS = {
  http: { maxHeaderSize: HEADERS_LIMIT },
  bodyLimit: BODY_LIMIT,
  // At the end of the process idle connections are closed at once; requests that run are answered first.
  forceCloseConnections: 'idle' as const,
  // For a whole request to arrive: ten thousand slow senders must not hold ten thousand sockets for minutes.
  requestTimeout: 30_000,
  // Longer than the idle time-out of common load balancers (60 s), so that these close first.
  keepAliveTimeout: 65_000,
  routerOptions: {
    ignoreTrailingSlash: true,
    // Tenant ids have up to 128 characters, each of which may be twelve when percent-encoded.
    maxParamLength: 1_536,
  },
  clientErrorHandler: answerUnreadable,
  // An id that is far too long or not even well-formed is an id that does not exist.
  frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers(SECURITY_HEADERS);
    new ProblemFilter().answer(notFound('address'), request, reply);
  },
};

/** What every answer of the API carries. The pages (docs, demo) set a policy of their own. */
const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  // Somebody's inbox is nobody else's, and a shared cache must not keep it.
  'Cache-Control': 'private, no-cache',
};

/** Makes Fastify read bodies and set headers as the contracts want it. */
export async function adaptHttp(fastify: FastifyInstance, options: CarillonOptions): Promise<void> {
  readBodies(fastify);
  answerNotModified(fastify);
  const eventsPath = eventsPathOf(options);
  fastify.addHook('onRoute', (route) => {
    if (route.url === eventsPath) route.bodyLimit = EVENT_BODY_LIMIT;
  });
  fastify.addHook('onRequest', (_request: FastifyRequest, reply: FastifyReply, done) => {
    void reply.headers(SECURITY_HEADERS);
    done();
  });
  // A request without a body has an empty one, so that every field of it has its default. JSON's null is a body.
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined) request.body = {};
    done();
  });
}

/** Where events are posted. */
export function eventsPathOf({ basePaths }: CarillonOptions): string {
  return `${basePaths.inbox === '/' ? '' : basePaths.inbox}/events`;
}

/** JSON only. An empty body is an empty object, whatever its content type: HTTP clients send such. */
function readBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    /^application\/([\w.+-]+\+)?json\s*(;|$)/i,
    { parseAs: 'buffer' },
    (request, body, done) => {
      if (body.length === 0) return done(null, {});
      const problem = bodyProblem(body as Buffer);
      if (problem !== undefined) return done(invalidInput([{ path: '', message: problem }]));
      void parseJson(request, body.toString(), done);
    },
  );
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, {});
    const type = request.headers['content-type'] ?? 'no content type';
    done(
      new CarillonError('unsupported_media_type', `The body must be application/json, not ${excerpt(type)}.`),
    );
  });
}

/** Why a body is not even parsed, or undefined. Both checks cost less than parsing does. */
function bodyProblem(body: Buffer): string | undefined {
  // Decoded all the same, a user id with such bytes would be the id of somebody else.
  if (!isUtf8(body)) return 'the body must be UTF-8';
  const beyond = exceededLimit(body, BODY_LIMITS);
  return beyond && BEYOND[beyond];
}
