import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Whether a path is one that Carillon answers. */
export type Owns = (path: string) => boolean;

/**
 * Lets Carillon answer its own paths on a host's server, before the host's framework sees the request: nothing that the
 * host sets for all of its routes (prefix, versions, pipes, guards, interceptors, filters, parsers) reaches them.
 */
export function mountOnServer(server: Server, owns: Owns, handle: RequestHandler): void {
  const former = server.listeners('request') as RequestHandler[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (owns(pathOf(request))) return handle(request, response);
    for (const listener of former) listener.call(server, request, response);
  });
}

/**
 * The same for what does not come through an Express host's own server, but from a further one that is given Express itself,
 * or from a platform without a server.
 */
export function mountOnExpress(
  adapter: HttpAdapterHost['httpAdapter'],
  owns: Owns,
  handle: RequestHandler,
): void {
  adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (!owns(pathOf(request))) return next();
    response.removeHeader('X-Powered-By');
    handle(request, response);
  });
}

/**
 * The same for what does not come through a Fastify host's own server: where it listens on `localhost`, Fastify makes
 * a further server for each further address, and `inject()` has none at all.
 */
export function mountOnFastify(fastify: FastifyInstance, owns: Owns, handle: RequestHandler): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!owns(pathOf(request.raw))) return done();
    reply.hijack();
    handle(request.raw, reply.raw);
  });
}

/** The path that is asked for. A proxy may ask for the whole address. */
export function pathOf({ url = '' }: IncomingMessage): string {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}
