import type { IncomingHttpHeaders } from 'node:http';
import { cookieValue } from './cookie.js';

/** What every API key begins with: it tells a key from a token, and lets secret scanners find a leaked one. */
export const API_KEY_PREFIX = 'crl_';

/** A user's token, not verified yet. */
export interface TokenCredential {
  token: string;
  via: 'bearer' | 'cookie';
}

/**
 * The API key of a request. A `X-API-Key` header decides, also with a bad value; else a Bearer value with the prefix
 * of a key does.
 * @returns undefined when the request brings none
 */
export function apiKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-api-key'];
  // Node joins a repeated header, so an array never comes from the network; it is no key either.
  if (header !== undefined) return typeof header === 'string' ? header : '';
  const bearer = bearerOf(headers.authorization);
  return bearer?.startsWith(API_KEY_PREFIX) ? bearer : undefined;
}

/**
 * The token of a request that brings no API key. A Bearer header decides, even with a bad value: a client that
 * says who it is must not be taken for the user that the browser's cookie names.
 */
export function tokenOf(headers: IncomingHttpHeaders, cookieName: string): TokenCredential | undefined {
  const bearer = bearerOf(headers.authorization);
  if (bearer !== undefined) return { token: bearer, via: 'bearer' };
  const cookie = headers.cookie && cookieValue(headers.cookie, cookieName);
  return cookie ? { token: cookie, via: 'cookie' } : undefined;
}

/** What follows `Bearer`, in any case (RFC 9110); undefined for other schemes and for no header at all. */
function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  // The usual spelling first, because it costs no regular expression.
  if (authorization.startsWith('Bearer ')) return authorization.slice(7).trim();
  return /^bearer(?:[ \t]+(.*))?$/i.exec(authorization) ? authorization.slice(7).trim() : undefined;
}
