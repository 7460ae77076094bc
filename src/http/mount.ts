import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Answers a raw request. */
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

/** The paths of routes as one pattern. @param urls as Fastify has them: `/sites/:site_id`, `/carillon/*` */
export function ownedPaths(urls: Iterable<string>): Owns {
  const patterns = [...new Set(urls)].map((url) => url.split('/').map(segmentPattern).join('/'));
  const pattern = new RegExp(`^(?:${patterns.join('|')})/?$`);
  return (path) => pattern.test(path);
}

function segmentPattern(segment: string): string {
  if (segment.startsWith(':')) return '[^/]+';
  return segment === '*' ? '.*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}
