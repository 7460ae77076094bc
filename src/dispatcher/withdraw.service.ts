import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { explained } from '../common/database-failure.js';
import { notFound, stopped } from '../common/errors.js';
import { LOWEST_ID } from '../common/ids.js';
import { Database } from '../database/database.js';
import { retryDeadlocks } from '../database/retry.js';
import { InboxWakeup } from '../notifications/inbox-wakeup.js';
import { eventId } from './event-id.js';
import { RECIPIENT_CHUNK } from './outcome.js';
import { addTo, partsOf, type Place, withdrawalsOf } from './withdraw-batch.js';
import type { Selector } from './withdraw.sql.js';
import { WithdrawStore, type Called } from './withdraw.store.js';
import type { CancelResult, CheckedWithdrawal, Withdrawn } from './withdrawal.js';

const BEGINNING: Place = { afterId: LOWEST_ID };

/** Calls events back: those that are not sent are cancelled, those that are sent are withdrawn. */
@Injectable()
export class WithdrawService implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly store: WithdrawStore,
    private readonly wakeup: InboxWakeup,
  ) {}

  onModuleDestroy(): void {
    this.stopping = true;
  }

  /**
   * @returns the same, however often it is asked
   * @throws CarillonError `not_found`
   */
  async cancel(id: string, manager?: EntityManager): Promise<CancelResult> {
    const known = eventId(id);
    await this.run({ kind: 'event', values: [known] }, undefined, manager);
    const { status, withdrawal } = await this.find(known, manager);
    if (status === 'cancelled') return { event: { id: known, status: 'cancelled' } };
    const { withdrawn = 0, alreadySent = {} } = withdrawal ?? {};
    return { event: { id: known, status: 'withdrawn' }, withdrawn, alreadySent };
  }

  /**
   * @throws CarillonError `not_found` where an event is named that there is not
   */
  async withdraw({ selector, userIds }: CheckedWithdrawal, manager?: EntityManager): Promise<Withdrawn> {
    if (selector.kind === 'event') await this.find(selector.values[0], manager);
    return this.run(selector, userIds, manager);
  }

  private async find(id: string, manager: EntityManager | undefined): Promise<Called> {
    const event = await explained(this.store.answer(manager ?? this.database.manager, id));
    if (!event) throw notFound('event');
    return event;
  }

  /**
   * Each batch is committed by itself, and exact by itself: stopped in between, what was done stays, and the same request
   * does the rest.
   * @param userIds for these alone
   * @param manager the transaction of all batches
   */
  private async run(
    selector: Selector,
    userIds: readonly string[] | undefined,
    manager: EntityManager | undefined,
  ): Promise<Withdrawn> {
    const total: Withdrawn = { withdrawn: 0, alreadySent: {} };
    for (let place: Place | undefined = BEGINNING; place;) {
      if (this.stopping) throw stopped();
      const from: Place = place;
      const batch = (used: EntityManager) => this.batch(used, selector, userIds ?? null, from);
      const work = manager ? batch(manager) : retryDeadlocks(() => this.database.transaction(batch));
      const { found, next }: Batch = await explained(work);
      addTo(total, found);
      place = next;
      if (found.withdrawn > 0) this.wakeup.wake();
    }
    return total;
  }

  private async batch(
    manager: EntityManager,
    selector: Selector,
    userIds: readonly string[] | null,
    place: Place,
  ): Promise<Batch> {
    const taken = await this.store.next(manager, selector, place.afterId, RECIPIENT_CHUNK);
    const { unsent, parts, next } = partsOf(taken, place, userIds !== null);
    await this.store.cancel(manager, unsent, userIds);
    const events = withdrawalsOf(parts, await this.store.withdraw(manager, parts, userIds));
    const found: Withdrawn = { withdrawn: 0, alreadySent: {} };
    for (const { now } of events) addTo(found, now);
    const stored = events.map((event) => event.stored);
    if (userIds === null) await this.store.mark(manager, stored);
    return { found, next };
  }
}

interface Batch {
  found: Withdrawn;
  next: Place | undefined;
}
