import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { PreviousSecret, WebhookEndpoint } from './endpoint.entity.js';
import type { Credentials, Target } from './formats/format.js';
import { columnContext, SecretBox } from '../../common/secret-box.js';

/** The encrypted columns of an endpoint, and what they belong to. */
export type SealedEndpoint = Pick<
  WebhookEndpoint,
  'userId' | 'id' | 'urlBox' | 'credentialsBox' | 'secretBox' | 'previousSecrets'
>;

export type Boxes = Omit<SealedEndpoint, 'userId' | 'id'>;

type Place = Pick<WebhookEndpoint, 'userId' | 'id'>;
type Column = 'url' | 'credentials' | 'secret';

/** Opened texts of busy endpoints: a backlog should not decrypt the same URL for each of its deliveries. */
const CACHE_SIZE = 2_000;

@Injectable()
export class EndpointVault {
  private readonly cache = new LRUCache<string, { where: string; plain: string }>({ max: CACHE_SIZE });

  constructor(private readonly box: SecretBox) {}

  sealUrl(place: Place, url: string): string {
    return this.box.seal(url, context(place, 'url'));
  }

  /** Null when there are none. */
  sealCredentials(place: Place, credentials: Credentials): string | null {
    if (Object.keys(credentials).length === 0) return null;
    return this.box.seal(JSON.stringify(credentials), context(place, 'credentials'));
  }

  sealSecret(place: Place, secret: string): string {
    return this.box.seal(secret, context(place, 'secret'));
  }

  openUrl(endpoint: SealedEndpoint): string {
    return this.open(endpoint, 'url', endpoint.urlBox);
  }

  openCredentials(endpoint: SealedEndpoint): Credentials {
    if (endpoint.credentialsBox === null) return {};
    return JSON.parse(this.open(endpoint, 'credentials', endpoint.credentialsBox)) as Credentials;
  }

  /** What a change of the credentials begins with: those that no key opens are as good as gone. */
  readableCredentials(endpoint: SealedEndpoint): Credentials {
    const { credentialsBox } = endpoint;
    return credentialsBox !== null && this.readable(endpoint, 'credentials', credentialsBox) !== undefined
      ? this.openCredentials(endpoint)
      : {};
  }

  /**
   * Everything that a request needs, with the secrets that are valid at `now`.
   * @throws UnreadableSecret when no key opens some of it
   */
  openTarget(endpoint: SealedEndpoint, now: Date): Target {
    const { secretBox } = endpoint;
    const previous = this.stillSigning(endpoint, now).map(({ box }) => box);
    const secrets = secretBox === null ? previous : [secretBox, ...previous];
    return {
      url: this.openUrl(endpoint),
      credentials: this.openCredentials(endpoint),
      secrets: secrets.map((sealed) => this.open(endpoint, 'secret', sealed)),
    };
  }

  /**
   * The secrets that go on signing when the present one is replaced: itself until `until`, and those before it. One
   * that no key opens is left out: it could sign nothing, and would keep the new one from signing.
   */
  replaceSecret(endpoint: SealedEndpoint, now: Date, until: Date): PreviousSecret[] {
    const { secretBox } = endpoint;
    const before = this.stillSigning(endpoint, now);
    if (secretBox === null || this.readable(endpoint, 'secret', secretBox) === undefined) return before;
    return [{ box: secretBox, until: until.toISOString() }, ...before];
  }

  /**
   * The same secrets, with the current key in place of the former one.
   * @returns `complete: false` when the former key does not open all that bears its name; that stays as it is
   */
  reseal(endpoint: SealedEndpoint, now: Date): { boxes: Boxes; complete: boolean } {
    let complete = true;
    const again = <Sealed extends string | null>(column: Column, sealed: Sealed): Sealed | string => {
      if (sealed === null || !this.box.isFormer(sealed)) return sealed;
      const plain = this.readable(endpoint, column, sealed);
      if (plain !== undefined) return this.box.seal(plain, context(endpoint, column));
      complete = false;
      return sealed;
    };
    const boxes = {
      urlBox: again('url', endpoint.urlBox),
      credentialsBox: again('credentials', endpoint.credentialsBox),
      secretBox: again('secret', endpoint.secretBox),
      previousSecrets: this.stillSigning(endpoint, now).map(({ box, until }) => ({
        box: again('secret', box),
        until,
      })),
    };
    return { boxes, complete };
  }

  /** The replaced secrets that are valid at `now`, and that a key here opens. */
  private stillSigning(endpoint: SealedEndpoint, now: Date): PreviousSecret[] {
    return endpoint.previousSecrets.filter(
      ({ box, until }) => new Date(until) > now && this.readable(endpoint, 'secret', box) !== undefined,
    );
  }

  private open(place: Place, column: Column, sealed: string): string {
    // Asked once more where it is not readable, for the error.
    return this.readable(place, column, sealed) ?? this.box.open(sealed, context(place, column));
  }

  private readable(place: Place, column: Column, sealed: string): string | undefined {
    const where = context(place, column);
    const known = this.cache.get(sealed);
    if (known?.where === where) return known.plain;
    const plain = this.box.openIfReadable(sealed, where);
    if (plain !== undefined) this.cache.set(sealed, { where, plain });
    return plain;
  }
}

function context(place: Place, column: Column): string {
  return columnContext('webhook_endpoints', column, place);
}
