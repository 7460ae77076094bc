import { parseUrl } from '../common/url.js';

/** What a browser says about where a request comes from. */
export interface RequestOrigin {
  method: string;
  /** The header `Sec-Fetch-Site`, which no script can set. */
  site: string | undefined;
  /** The header `Origin`. */
  origin: string | undefined;
  /** The host, with its port if any, that the request was sent to. */
  host: string | undefined;
}

/** Methods that change nothing (RFC 9110). */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/**
 * Whether a request that is authenticated by a cookie may have been made by another site's page.
 *
 * `Sec-Fetch-Site` decides when the browser sends it: `same-origin`, or `none` (the user's own doing), or any
 * other value from an allowed origin, which may be a front end on another domain. A browser without it (or on plain HTTP, where it is not sent) is judged by
 * `Origin`, which must be the host that the request went to or an allowed one; the scheme is not compared, because
 * behind a proxy that ends TLS it is not known. With neither header it is no browser's request: every browser
 * that sends cookies sends `Origin` with a write.
 */
export function isCrossSite(request: RequestOrigin, allowedOrigins: readonly string[]): boolean {
  if (isSafeMethod(request.method)) return false;
  const { site, origin } = request;
  if (site !== undefined) {
    return site !== 'same-origin' && site !== 'none' && !isAllowed(origin, allowedOrigins);
  }
  if (origin === undefined) return false;
  return !isAllowed(origin, allowedOrigins) && !isOwn(origin, request.host);
}

function isAllowed(origin: string | undefined, allowedOrigins: readonly string[]): boolean {
  return origin !== undefined && allowedOrigins.includes(origin);
}

function isOwn(origin: string, host: string | undefined): boolean {
  // `null` (a sandboxed frame, a redirect between sites) is no URL, and no host's own origin.
  const sender = parseUrl(origin);
  if (!host || !sender) return false;
  if (sender.protocol !== 'https:' && sender.protocol !== 'http:') return false;
  // Read by the same parser, so that a port that the scheme implies and the case of letters do not matter.
  return parseUrl(`${sender.protocol}//${host}`)?.host === sender.host;
}
