import { Injectable } from '@nestjs/common';
import { columnContext, SecretBox } from '../../common/secret-box.js';
import type { PushSubscription } from './subscription.entity.js';

type Place = Pick<PushSubscription, 'userId' | 'id'>;
type Column = 'endpoint' | 'auth';

/** The encrypted columns, and the hash by which the endpoint is found. */
export type Sealed = Pick<PushSubscription, 'endpointHash' | 'endpointBox' | 'authBox'>;

/** What is encrypted of a subscription: with both any program could send to that browser. */
export interface Secrets {
  endpoint: string;
  auth: string;
}

/** What is left of a deleted one. */
export const FORGOTTEN: Sealed = { endpointHash: null, endpointBox: null, authBox: null };

const HASHED = 'push_subscriptions/endpoint';

@Injectable()
export class SubscriptionVault {
  constructor(private readonly box: SecretBox) {}

  /** Every hash under which an endpoint may be stored. */
  hashes(endpoint: string): Buffer[] {
    return this.box.hashes(endpoint, HASHED);
  }

  seal(place: Place, { endpoint, auth }: Secrets): Sealed {
    return {
      endpointHash: this.box.hash(endpoint, HASHED),
      endpointBox: this.box.seal(endpoint, context(place, 'endpoint')),
      authBox: this.box.seal(auth, context(place, 'auth')),
    };
  }

  /** Undefined when no key opens them. */
  open({ userId, id, endpointBox, authBox }: Place & Omit<Sealed, 'endpointHash'>): Secrets | undefined {
    const place = { userId, id };
    const endpoint = this.box.openIfReadable(endpointBox ?? '', context(place, 'endpoint'));
    const auth = this.box.openIfReadable(authBox ?? '', context(place, 'auth'));
    return endpoint === undefined || auth === undefined ? undefined : { endpoint, auth };
  }
}

function context(place: Place, column: Column): string {
  return columnContext('push_subscriptions', column, place);
}
