import { LRUCache } from 'lru-cache';
import type { WebhookEndpoint } from './endpoint.entity.js';
import type { Credentials, Target } from './formats/format.js';
import type { SecretBox } from './secret-box.js';

/** The encrypted columns of an endpoint, and what they belong to. */
export type SealedEndpoint = Pick<
  WebhookEndpoint,
  'userId' | 'id' | 'urlBox' | 'credentialsBox' | 'secretBox' | 'previousSecretBox' | 'previousSecretUntil'
>;

type Place = Pick<WebhookEndpoint, 'userId' | 'id'>;
type Column = 'url' | 'credentials' | 'secret';

/** Opened texts of busy endpoints: a backlog should not decrypt the same URL for each of its deliveries. */
const CACHE_SIZE = 2_000;

/** Seals and opens the secrets of endpoints. */
export class EndpointVault {
  private readonly cache = new LRUCache<string, { where: string; plain: string }>({ max: CACHE_SIZE });

  constructor(private readonly box: SecretBox) {}

  /** What every column begins with that was sealed with the former key, if there is one. */
  get previousPrefix(): string | undefined {
    return this.box.previousPrefix;
  }

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

  /** Everything that a request needs, with the secrets that are valid at `now`. */
  openTarget(endpoint: SealedEndpoint, now: Date): Target {
    const { secretBox, previousSecretBox, previousSecretUntil } = endpoint;
    const previousIsValid = previousSecretUntil !== null && previousSecretUntil > now;
    const secrets = [secretBox, previousIsValid ? previousSecretBox : null].filter((box) => box !== null);
    return {
      url: this.openUrl(endpoint),
      credentials: this.openCredentials(endpoint),
      secrets: secrets.map((sealed) => this.open(endpoint, 'secret', sealed)),
    };
  }

  /** The same secrets, sealed with the current key. */
  reseal(endpoint: SealedEndpoint): Omit<SealedEndpoint, 'userId' | 'id' | 'previousSecretUntil'> {
    const again = (column: Column, sealed: string): string =>
      this.box.seal(this.open(endpoint, column, sealed), context(endpoint, column));
    const { urlBox, credentialsBox, secretBox, previousSecretBox } = endpoint;
    return {
      urlBox: again('url', urlBox),
      credentialsBox: credentialsBox && again('credentials', credentialsBox),
      secretBox: secretBox && again('secret', secretBox),
      previousSecretBox: previousSecretBox && again('secret', previousSecretBox),
    };
  }

  private open(place: Place, column: Column, sealed: string): string {
    const where = context(place, column);
    const known = this.cache.get(sealed);
    if (known?.where === where) return known.plain;
    const plain = this.box.open(sealed, where);
    this.cache.set(sealed, { where, plain });
    return plain;
  }
}

function context({ userId, id }: Place, column: Column): string {
  return `webhook_endpoints/${column}/${id}/${userId}`;
}
