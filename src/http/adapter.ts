import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../common/errors.js';
import type { CarillonOptions } from '../config/options.js';
import { answerUnreadable } from './client-error.js';
import { answerNotModified } from './etag.js';
import { bodyParser } from './json-body.js';
import { PipelineBound } from './pipeline-bound.js';
import { ProblemFilter } from './problem.filter.js';

/**
 * All headers of a request and its address: a filter may hold a list of 1,000 UUIDs, which percent-encoded in a query
 * take 45 KB, and browsers send up to 16 KB of cookies beside it.
 */
const HEADERS_LIMIT = 64 * 1024;

/** The largest body of most routes: a page of preferences or a webhook endpoint is far smaller. */
const BODY_LIMIT = 256 * 1024;

/** An event for 10,000 users whose ids have 128 characters each, and 64 KB of data, with JSON's escapes. */
const EVENT_BODY_LIMIT = 8 * 1024 * 1024;

/** What every answer of the API carries. */
const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  // An inbox is its user's alone, and a shared cache must not keep it.
  'Cache-Control': 'private, no-cache',
};

const OPTIONS = {
  http: { maxHeaderSize: HEADERS_LIMIT },
  bodyLimit: BODY_LIMIT,
  // At the end of the process idle connections are closed at once; requests that run are answered first.
  forceCloseConnections: 'idle' as const,
  // A connection on which nothing moves, in neither direction: a client that does not take its answers holds them in
  // memory. Twice the time for which the longest request is silent, since a statement is cancelled after 30 s.
  connectionTimeout: 60_000,
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

/** Where events are posted. */
export function eventsPathOf({ basePaths }: CarillonOptions): string {
  return `${basePaths.inbox === '/' ? '' : basePaths.inbox}/events`;
}

/**
 * The Fastify instance that all of Carillon's routes run on, and nothing else: bodies, headers and 304 as the contracts
 * have them, unknown addresses included. The pages (docs, demo) set a policy of their own.
 */
export function createAdapter(options: CarillonOptions): FastifyAdapter {
  const adapter = new FastifyAdapter(OPTIONS);
  const fastify = adapter.getInstance<FastifyInstance>();
  const eventsPath = eventsPathOf(options);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, bodyParser(fastify));
  fastify.addHook('onRoute', (route) => {
    if (route.url === eventsPath) route.bodyLimit = EVENT_BODY_LIMIT;
  });
  fastify.addHook('onRequest', new PipelineBound().hook);
  fastify.addHook('onRequest', setHeaders);
  fastify.addHook('preValidation', defaultBody);
  fastify.addHook('onSend', answerNotModified);
  return adapter;
}

function setHeaders(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.headers(SECURITY_HEADERS);
  done();
}

/** A request without a body has an empty one, so that every field of it has its default. JSON's null is a body. */
function defaultBody(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (request.body === undefined) request.body = {};
  done();
}
