import { KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { createLocalJWKSet, type CryptoKey, type JSONWebKeySet } from 'jose';
import { CarillonError } from '../common/errors.js';
import { fetchJson } from './fetch-json.js';

/** While the keys are this young, nothing is fetched for keys that are known. */
const FRESH_MS = 5 * 60_000;
/** Beyond this age a request waits for fresh keys, unless the provider is known to be down. */
const STALE_MS = 15 * 60_000;
/** At most one fetch in this time, successful or not: unknown `kid`s cannot be used to hammer the provider. */
const COOLDOWN_MS = 10_000;
/** NIST SP 800-131A: shorter RSA keys are no longer acceptable. */
const LEAST_RSA_BITS = 2048;

/** The algorithms that are accepted with a provider's keys. */
export type ProviderAlgorithm = 'RS256' | 'ES256';

type KeySet = (header: { alg: string; kid?: string }) => Promise<CryptoKey>;

/**
 * The public keys of an identity provider (RFC 7517).
 *
 * Keys are kept. Old ones are replaced behind the requests' back, and go on working for as long as the provider
 * cannot be reached; a token whose key is not among them is answered 503 then, because it is not known whether it
 * is good. Each key is made ready for use once, not once per request.
 */
export class Jwks {
  private readonly logger = new Logger('Jwks');
  private keySet: KeySet | undefined;
  private text: string | undefined;
  private ready = new Map<string, KeyObject>();
  private fetchedAt = -Infinity;
  private attemptedAt = -Infinity;
  private failing = false;
  private pending: Promise<void> | undefined;

  /**
   * @param onChange called when the provider's keys are no longer the same: what was verified with a key that is
   *   gone must not be believed any more
   * @param now milliseconds on a clock that never goes back
   */
  constructor(
    private readonly url: string,
    private readonly onChange: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The key that fits a token's header, by the JWK's own `kid`, `alg`, `use`, `key_ops`, `kty` and `crv`.
   * @returns undefined when the provider has no such key
   * @throws CarillonError `unavailable` when the provider cannot be asked
   */
  async keyFor(alg: ProviderAlgorithm, kid: string | undefined): Promise<KeyObject | undefined> {
    const age = this.now() - this.fetchedAt;
    const mustWait = !this.keySet || (age > STALE_MS && !this.failing);
    if (mustWait) await this.refresh();
    else if (age > FRESH_MS) void this.refresh();

    const known = await this.find(alg, kid);
    if (known) return known;
    await this.refresh();
    const found = await this.find(alg, kid);
    if (!found && this.failing) throw this.unavailable();
    return found;
  }

  private async find(alg: ProviderAlgorithm, kid: string | undefined): Promise<KeyObject | undefined> {
    const name = `${alg} ${kid ?? ''}`;
    const known = this.ready.get(name);
    const { keySet, ready } = this;
    if (known || !keySet) return known;
    try {
      const key = KeyObject.from(await keySet({ alg, ...(kid !== undefined && { kid }) }));
      const bits = key.asymmetricKeyDetails?.modulusLength;
      if (bits !== undefined && bits < LEAST_RSA_BITS) return undefined;
      // Into the map of the set that it came from: another one may have taken its place meanwhile.
      ready.set(name, key);
      return key;
    } catch {
      // No key, several keys, or one that is not usable: none of them verifies anything.
      return undefined;
    }
  }

  /** Fetches the keys, unless that was just tried. Never fails; concurrent calls share one fetch. */
  private refresh(): Promise<void> {
    if (this.pending) return this.pending;
    if (this.now() - this.attemptedAt < COOLDOWN_MS) return Promise.resolve();
    this.attemptedAt = this.now();
    this.pending = this.fetch().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async fetch(): Promise<void> {
    try {
      this.use(await fetchJson(this.url));
      if (this.failing) this.logger.log('the identity provider answers again');
      this.failing = false;
      this.fetchedAt = this.now();
    } catch (error) {
      if (!this.failing) this.logger.warn(`no keys from the identity provider: ${reason(error)}`);
      this.failing = true;
    }
  }

  private use(json: unknown): void {
    const text = JSON.stringify(json);
    if (text === this.text) return;
    // jose checks the shape, and throws.
    const keySet: KeySet = createLocalJWKSet(json as JSONWebKeySet);
    const isFirst = this.text === undefined;
    this.keySet = keySet;
    this.text = text;
    this.ready = new Map();
    if (!isFirst) this.onChange();
  }

  private unavailable(): CarillonError {
    const wait = Math.max(0, this.attemptedAt + COOLDOWN_MS - this.now()) / 1000;
    return new CarillonError(
      'unavailable',
      'The identity provider cannot be reached, so this token cannot be verified at the moment.',
      undefined,
      Math.max(1, wait),
    );
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
