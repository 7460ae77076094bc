import type { Scope } from './scopes.js';

/** Who makes a request. Users read their inbox; API keys belong to services and agents, and only send. */
export type Principal = UserPrincipal | ApiKeyPrincipal;

export interface UserPrincipal {
  kind: 'user';
  /** The token's `sub`: opaque text, 1 to 128 characters. */
  userId: string;
  /** How it came: a request with a cookie is checked against cross-site forgery. `host` is a host's own guard. */
  via: 'bearer' | 'cookie' | 'host';
  /** When the token expires, in milliseconds since the epoch; streams end then. */
  expiresAt?: number;
}

export interface ApiKeyPrincipal {
  kind: 'api-key';
  keyId: string;
  name: string;
  /** What it may do. */
  scopes: readonly Scope[];
}
