import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { apiKeyOf, tokenOf } from '../auth/credentials.js';
import type { CarillonOptions } from '../config/options.js';

/** What is read from any sender: parsing that much takes a fraction of a millisecond, and most requests have less. */
const OPEN_LIMIT = 16 * 1024;

/** The demo's routes need no credentials: its sink takes whole webhooks. They exist in development mode only. */
const OPEN_ROUTES = '/demo/';

/**
 * Leaves large bodies of strangers unread: bodies are parsed before guards run, and eight megabytes of JSON keep the
 * process from all other requests meanwhile. Such a request goes on as one without a body, and its guard refuses it in
 * its own words.
 * @param isKey whether a text is an API key that may be used
 */
export function leaveUnread(
  fastify: FastifyInstance,
  { auth }: CarillonOptions,
  producerPaths: readonly string[],
  isKey: (key: string) => Promise<boolean>,
): void {
  /** Whether the route's guard may let the sender pass. */
  const mayPass = async ({ headers, routeOptions: { url = '' } }: FastifyRequest): Promise<boolean> => {
    if (url.startsWith(OPEN_ROUTES)) return true;
    const key = apiKeyOf(headers);
    // Eight megabytes are for keys that are known, not for all that look like one.
    if (producerPaths.includes(url)) return key !== undefined && (await isKey(key));
    if (auth.authenticator) return true;
    return key === undefined && tokenOf(headers, auth.cookieName) !== undefined;
  };
  fastify.addHook('onRequest', (request, _reply, done) => {
    if ('readsNoBody' in request.routeOptions.config) forgetBody(request.raw.headers);
    if (!isLarge(request.headers)) return done();
    mayPass(request).then((passes) => {
      if (!passes) forgetBody(request.raw.headers);
      done();
    }, done);
  });
}

function isLarge(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) > OPEN_LIMIT;
}

/** Node throws away what was not read before it takes the next request of the connection, which thus lives on. */
function forgetBody(headers: IncomingHttpHeaders): void {
  delete headers['content-type'];
  delete headers['content-length'];
  delete headers['transfer-encoding'];
}
