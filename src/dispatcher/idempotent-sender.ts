import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { configure } from 'safe-stable-stringify';
import { Clock } from '../common/clock.js';
import { CarillonError } from '../common/errors.js';
import { Database } from '../database/database.js';
import type { CheckedEvent, NotifyResult } from './event.js';
import { EventSender } from './event-sender.js';
import { IdempotencyStore, type Remembered, type StoredResult } from './idempotency.store.js';

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
    private readonly sender: EventSender,
    private readonly clock: Clock,
  ) {}

  /**
   * The event and the answer under its key are committed together: there is never one without the other.
   * @throws CarillonError `idempotency_in_progress` while the first request runs; `idempotency_mismatch` when the
   *   key was used for another event
   */
  async send(
    { body, event }: { body: object; event: CheckedEvent },
    caller: { keyId: string; name: string },
    key: string,
  ): Promise<SentOnce> {
    const requestHash = hash(sentFields(body, event.userIds));
    return this.database.transaction(async (manager) => {
      const first = await this.first(manager, caller.keyId, key);
      if (first) {
        if (!first.requestHash.equals(requestHash) && !first.requestHash.equals(formerHash(event))) {
          throw new CarillonError(
            'idempotency_mismatch',
            'This Idempotency-Key was used for another event. A new event needs a new key.',
          );
        }
        return { result: fromStored(first.response), replayed: true };
      }
      const result = await this.sender.send(event, caller.name, manager);
      const at = this.clock.now();
      await this.store.remember(manager, { apiKeyId: caller.keyId, key, requestHash, response: result, at });
      return { result, replayed: false };
    });
  }

  /**
   * What was answered under the key to the same request, which could not be sent any more.
   * @param body of which everything that says what is sent has been checked
   * @returns undefined when it is the first one, or was used for another event
   * @throws CarillonError `idempotency_in_progress`
   */
  async replay(body: object, keyId: string, key: string): Promise<SentOnce | undefined> {
    const { user_ids: userIds } = body as { user_ids: string[] };
    const requestHash = hash(sentFields(body, [...new Set(userIds)]));
    const first = await this.database.transaction((manager) => this.first(manager, keyId, key));
    if (!first?.requestHash.equals(requestHash)) return undefined;
    return { result: fromStored(first.response), replayed: true };
  }

  /** What was answered under the key, which is this transaction's until it ends. */
  private async first(manager: EntityManager, keyId: string, key: string): Promise<Remembered | undefined> {
    const locked = await this.store.lock(manager, keyId, key);
    // Looked up without the lock too: who holds it may be another repeat of a request that was answered long ago.
    const first = await this.store.find(manager, keyId, key);
    if (first || locked) return first;
    throw new CarillonError(
      'idempotency_in_progress',
      'A request with this Idempotency-Key is still running.',
      undefined,
      1,
    );
  }
}

function fromStored({ event, recipients }: StoredResult): NotifyResult {
  const { id, type, createdAt, status = 'sent', sendAt } = event;
  const times = { createdAt: new Date(createdAt), sendAt: sendAt ? new Date(sendAt) : null };
  return { event: { id, type, status, ...times }, recipients };
}

const stringify = configure({ deterministic: true });

/**
 * What the caller sent, and not what is made of it: a version that knows more fields must not take an honest retry for
 * another event. Null is the same as left out, and a user who is named twice is one.
 */
function sentFields(body: object, userIds: readonly string[]): object {
  const fields = Object.entries(body).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(fields), user_ids: userIds };
}

/** The same event written in another order of keys is the same event. */
function hash(fields: object): Buffer {
  return createHash('sha256')
    .update(stringify(fields) ?? '')
    .digest();
}

/**
 * As versions before hashed an event: with these fields, whether they were sent or not. Their keys are remembered for
 * a day after the upgrade.
 */
function formerHash(event: CheckedEvent): Buffer {
  const { type, userIds, title, body, link, teamId, entityType, entityId, level } = event;
  const data = event.data === null ? null : (JSON.parse(event.data) as unknown);
  return hash({ type, userIds, title, body, link, data, teamId, entityType, entityId, level });
}
