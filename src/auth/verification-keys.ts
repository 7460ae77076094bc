import { createSecretKey, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import type { AuthOptions } from '../config/options.js';
import { Jwks } from './jwks.js';

/** Every algorithm that is ever accepted. Which of them for which key, {@link VerificationKeys} decides. */
export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;

/** The longest token that is looked at. Larger ones hardly fit into the headers that Node accepts. */
const MAX_TOKEN_LENGTH = 8_192;

/**
 * The key to verify a token with. The algorithm decides where it comes from: HS256 is only ever tried with the
 * shared secret, RS256 and ES256 only with the provider's public keys. So no public key can be passed off as a
 * secret, and `none` has no key at all.
 */
export class VerificationKeys {
  private readonly secret: KeyObject | undefined;
  private readonly jwks: Jwks | undefined;

  /** @param onChange called when the provider's keys have changed */
  constructor(auth: AuthOptions, onChange: () => void) {
    // Once, not per request: a key in text form would be read again for each token.
    if (auth.jwtSecret) this.secret = createSecretKey(Buffer.from(auth.jwtSecret, 'utf8'));
    if (auth.jwksUrl) this.jwks = new Jwks(auth.jwksUrl, onChange);
  }

  /**
   * @returns undefined when no key fits the token, or when it is no token
   * @throws CarillonError `unavailable` when the provider has to be asked and cannot be reached
   */
  async keyFor(token: string): Promise<KeyObject | undefined> {
    const header = token.length <= MAX_TOKEN_LENGTH ? headerOf(token) : undefined;
    // RFC 7515: a token that makes an extension critical must be refused by those who do not know it.
    if (!header || 'crit' in header) return undefined;
    const { alg, kid } = header;
    if (alg === 'HS256') return this.secret;
    if (alg !== 'RS256' && alg !== 'ES256') return undefined;
    if (kid !== undefined && typeof kid !== 'string') return undefined;
    return this.jwks?.keyFor(alg, kid);
  }
}

function headerOf(token: string): Record<string, unknown> | undefined {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}
