import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The built browser files, whether this runs from dist/ or, in the tests, from src/. */
const WEB = ['../../web', '../../dist/web']
  .map((path) => join(import.meta.dirname, path))
  .find((path) => existsSync(join(path, 'element.js')));

/** Everything from here but the pictures of notifications, nothing inline: what the elements themselves promise to work with. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; frame-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Where the browser files are served: `/carillon/element.js` is the one script tag that a page needs. */
const ASSETS_PREFIX = '/carillon/';

const DEMO_PAGES = [
  ['/', 'index.html'],
  ['/demo/inbox', 'inbox.html'],
] as const;

/**
 * Serves the elements, the client and the React hooks, and in development mode the demo pages, at `/` and `/demo/inbox`.
 * A server that was built without them serves the API alone.
 */
export async function servePages(fastify: FastifyInstance, demo: boolean): Promise<void> {
  if (WEB === undefined) return;
  await fastify.register(fastifyStatic, {
    root: WEB,
    prefix: ASSETS_PREFIX,
    index: false,
    decorateReply: false,
    // The build compresses them once, as hard as it can; nothing is compressed within a request.
    preCompressed: true,
    // They are small: a part of one is not asked for by anything that uses them.
    acceptRanges: false,
    // Asked for every time, and answered 304 by the ETag: one file of a new version does not fit one of the old.
    cacheControl: false,
    // Pages of other origins load these with a module's script tag, which asks by CORS.
    setHeaders: (reply) =>
      void reply
        .header('Cache-Control', 'public, no-cache')
        .header('Access-Control-Allow-Origin', '*')
        .header('Cross-Origin-Resource-Policy', 'cross-origin'),
    allowedPath: (path) => path.endsWith('.js'),
  });
  if (!demo) return;
  await fastify.register(fastifyStatic, {
    root: join(WEB, 'demo'),
    prefix: '/demo/',
    index: false,
    acceptRanges: false,
    wildcard: false,
  });
  for (const [path, file] of DEMO_PAGES)
    fastify.get(path, (_request, reply) =>
      reply.header('Content-Security-Policy', PAGE_POLICY).sendFile(file),
    );
}
