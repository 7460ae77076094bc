import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../common/errors.js';
import type { CarillonOptions } from '../config/options.js';
import type { Connections } from './connections.js';
import { answerNotModified } from './etag.js';
import { bodyParser } from './json-body.js';
import { createListener } from './listener.js';
import type { RequestHandler } from './mount.js';
import { ProblemFilter } from './problem.filter.js';

/** The largest body of most routes: a page of preferences or a webhook endpoint is far smaller. */
const BODY_LIMIT = 256 * 1024;

/**
 * An event for 10,000 users whose ids have 128 characters each, and 64 KB of data, with JSON's escapes; a thousand contacts
 * are smaller.
 */
const PRODUCER_BODY_LIMIT = 8 * 1024 * 1024;

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
  bodyLimit: BODY_LIMIT,
  // At the end of the process idle connections are closed at once; requests that run are answered first.
  forceCloseConnections: 'idle' as const,
  routerOptions: {
    ignoreTrailingSlash: true,
    // Tenant ids have up to 128 characters, each of which may be twelve when percent-encoded.
    maxParamLength: 1_536,
  },
  // An id that is far too long or not even well-formed is an id that does not exist.
  frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers(SECURITY_HEADERS);
    new ProblemFilter().answer(notFound('address'), request, reply);
  },
};

/** Where producers send much: their routes as Fastify names them. */
export function producerPathsOf({ basePaths }: CarillonOptions): string[] {
  const base = basePaths.inbox === '/' ? '' : basePaths.inbox;
  return ['events', 'users', 'users/:user_id'].map((path) => `${base}/${path}`);
}

/**
 * The Fastify instance that all of Carillon's routes run on, and nothing else: bodies, headers and 304 as the contracts
 * have them, unknown addresses included. The pages (docs, demo) set a policy of their own.
 */
export function createAdapter(options: CarillonOptions, connections: Connections): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...OPTIONS,
    serverFactory: (handle: RequestHandler) => createListener(connections, handle),
    // The listener answers these, also on a second address: Fastify has its own answer for the first one only.
    clientErrorHandler: () => undefined,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  const producerPaths = producerPathsOf(options);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, bodyParser(fastify));
  fastify.addHook('onRoute', (route) => {
    if (producerPaths.includes(route.url)) route.bodyLimit = PRODUCER_BODY_LIMIT;
  });
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
