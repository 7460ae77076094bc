import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { configure } from 'safe-stable-stringify';
import { Clock } from '../common/clock.js';
import { CarillonError } from '../common/errors.js';
import { Database } from '../database/database.js';
import type { CheckedEvent, NotifyResult } from './event.js';
import { IdempotencyStore } from './idempotency.store.js';
import { NotificationService } from './notification.service.js';

/** A first answer, or the same one again. */
export interface SentOnce {
  result: NotifyResult;
  replayed: boolean;
}

/** Sends an event at most once for each idempotency key of an API key. */
@Injectable()
export class IdempotentSender {
  constructor(
    private readonly database: Database,
    private readonly store: IdempotencyStore,
    private readonly notifications: NotificationService,
    private readonly clock: Clock,
  ) {}

  /**
   * The event and the answer under its key are committed together: there is never one without the other.
   * @throws CarillonError `idempotency_in_progress` while the first request runs; `idempotency_mismatch` when the
   *   key was used for another event
   */
  async send(event: CheckedEvent, caller: { keyId: string; name: string }, key: string): Promise<SentOnce> {
    const requestHash = hash(event);
    return this.database.transaction(async (manager) => {
      const locked = await this.store.lock(manager, caller.keyId, key);
      // Looked up without the lock too: who holds it may be another repeat of a request that was answered long ago.
      const first = await this.store.find<StoredResult>(manager, caller.keyId, key);
      if (first) {
        if (!first.requestHash.equals(requestHash)) {
          throw new CarillonError(
            'idempotency_mismatch',
            'This Idempotency-Key was used for another event. A new event needs a new key.',
          );
        }
        return { result: fromStored(first.response), replayed: true };
      }
      if (!locked) {
        throw new CarillonError(
          'idempotency_in_progress',
          'A request with this Idempotency-Key is still running.',
          undefined,
          1,
        );
      }
      const result = await this.notifications.send(event, caller.name, manager);
      await this.store.remember(manager, {
        apiKeyId: caller.keyId,
        key,
        requestHash,
        response: result satisfies NotifyResult,
        at: this.clock.now(),
      });
      return { result, replayed: false };
    });
  }
}

type StoredResult = Omit<NotifyResult, 'event'> & {
  event: { id: string; type: string; createdAt: string };
};

function fromStored({ event, recipients }: StoredResult): NotifyResult {
  return { event: { ...event, createdAt: new Date(event.createdAt) }, recipients };
}

const stringify = configure({ deterministic: true });

/** The same event written in another order of keys is the same event. */
function hash(event: CheckedEvent): Buffer {
  const data = event.data === null ? null : (JSON.parse(event.data) as unknown);
  return createHash('sha256')
    .update(stringify({ ...event, data }) ?? '')
    .digest();
}
