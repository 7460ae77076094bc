import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { groupedBy } from '../../common/grouped.js';
import { LOWEST_ID } from '../../common/ids.js';
import { columnsOf } from '../../database/columns.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { DELIVERY_KEY, type DeliveryKey } from '../queue.store.js';
import type { CopyState } from './timing.js';
import { COPIES, DECIDE_ANEW, LEAVE_OUT, TAKE_CHANGES, TAKE_ITEMS, WAKE } from './timing.sql.js';

/** What is gathered is so by one process at a time. */
const TURN = 'deliveries.wake';

/** A user's copy of an event in the inbox. */
export interface CopyKey {
  userId: string;
  copyId: string;
}

/** One of the deliveries of which one message is made. */
export interface GatheredItem extends DeliveryKey {
  /** The delivery that is sent for it. */
  head: string;
  eventId: string;
  event: string;
  copyId: string | null;
  /** As of a claimed delivery. */
  waited: string | null;
  /** Null when its event is not kept any more. */
  type: string | null;
  /** It has expired. */
  isOver: boolean;
  /** Null: there is none. */
  copy: CopyState | null;
}

/** What decides when deliveries are sent, for all that were claimed together. */
@Injectable()
export class TimingStore {
  constructor(private readonly database: WorkerDatabase) {}

  /**
   * Puts into the queue what waited for its time, gathered.
   * @returns of how many the time had come, at most `limit`, and whether users have changed their times
   */
  async wake(manager: EntityManager, limit: number): Promise<{ woken: number; isChanged: boolean }> {
    const values = [limit, ...this.database.lock(TURN)];
    const { rows } = await this.database.executeArrays<[string, boolean]>(manager, WAKE, values);
    const [woken, isChanged] = rows[0] ?? ['0', false];
    return { woken: Number(woken), isChanged };
  }

  /**
   * Lets what waits for users who have changed their times be decided anew: at once, and what was just being decided then
   * `againMs` later.
   */
  async decideAnew(
    manager: EntityManager,
    limits: { changes: number; each: number },
    againMs: number,
  ): Promise<void> {
    await this.database.takeTurn(manager, TURN);
    const { rows } = await this.database.execute<ChangeRow>(manager, TAKE_CHANGES, [limits.changes]);
    if (rows.length === 0) return;
    await this.database.execute(manager, DECIDE_ANEW, [
      ...columnsOf(rows, 'user_id', 'reasons', 'after', 'again'),
      limits.each,
      againMs,
      LOWEST_ID,
    ]);
  }

  /** What has become of copies, by the ids that they had when they came; one that has been purged is not there. */
  async findCopies(
    manager: EntityManager,
    copies: readonly CopyKey[],
  ): Promise<ReadonlyMap<string, CopyState>> {
    const values = columnsOf(copies, 'userId', 'copyId');
    const { rows } = await this.database.executeArrays<[string, CopyState]>(manager, COPIES, values);
    return new Map(rows);
  }

  /** Of each of these deliveries what is sent with it, itself included, newest first; it is leased with it. */
  async takeItems(
    manager: EntityManager,
    heads: readonly DeliveryKey[],
  ): Promise<ReadonlyMap<string, GatheredItem[]>> {
    const values = columnsOf(heads, ...DELIVERY_KEY);
    const { rows } = await this.database.execute<GatheredItem>(manager, TAKE_ITEMS, values);
    return groupedBy(rows, ({ head }) => head);
  }

  /** Nothing is sent of these, which were to be sent with others. */
  async leaveOut(
    manager: EntityManager,
    left: readonly { item: DeliveryKey; reason: string }[],
  ): Promise<void> {
    const items = left.map(({ item }) => item);
    const values = [...columnsOf(items, ...DELIVERY_KEY), ...columnsOf(left, 'reason')];
    await this.database.execute(manager, LEAVE_OUT, values);
  }
}

/** @see `database/changed-times.store.ts` */
interface ChangeRow {
  user_id: string;
  reasons: string;
  after: string;
  again: boolean;
}
