import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../common/errors.js';
import { bodyParser } from '../common/json-body.js';
import { ProblemFilter } from '../common/problem.filter.js';
import { BODY_LIMIT, defaultBody, SECURITY_HEADERS, setHeaders } from '../common/route-ways.js';
import type { CarillonOptions } from '../config/options.js';
import { answerUnreadable } from './client-error.js';

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

/**
 * Makes Fastify read bodies and set headers on everything that is not a contract's, unknown addresses included, as the
 * contracts have it on their own routes (common/route-ways.ts). The pages (docs, demo) set a policy of their own.
 */
export function adaptHttp(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, bodyParser(fastify));
  fastify.addHook('onRequest', setHeaders);
  fastify.addHook('preValidation', defaultBody);
}

/** Where events are posted. */
export function eventsPathOf({ basePaths }: CarillonOptions): string {
  return `${basePaths.inbox === '/' ? '' : basePaths.inbox}/events`;
}
