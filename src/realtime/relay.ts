import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { WorkerDatabase } from '../database/worker-database.js';
import { CollapseStore } from '../notifications/collapse.store.js';
import { InboxWakeup } from '../notifications/inbox-wakeup.js';
import { nextLookMs } from './look-pace.js';
import { RelayStore, type RelayPosition } from './relay.store.js';
import { Signal } from './signal.js';

/**
 * While more changes come: those of so long go together. A round costs what relaying thirty changes does, and the first
 * change after a quiet does not wait.
 */
const GATHER_MS = 50;
/** While the database is away. */
const RETRY_MS = 1_000;
/** Changes of one turn: a transaction of some tens of milliseconds. */
const BATCH = 2_000;
/** How long a stream may be away and still resume; after that it reloads. */
const KEEP_LOG_MS = 60 * 60 * 1_000;
const PRUNE_EVERY_MS = 60_000;
const PRUNE_BATCH = 10_000;

const START: RelayPosition = { userId: '', id: '0' };

/**
 * Announces what has been committed. A transaction that changes an inbox only writes the change down; the relay
 * finds it after the commit, gives it its place in the log, folds its deltas into the totals, and signals.
 * Doing this in the caller's transaction instead would serialise commits (NOTIFY takes a global lock, and a counter
 * row is a lock for all who notify that user).
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Relay');
  private readonly logged = new Set<() => void>();
  /** When there was a wake-up or a change. */
  private activeAt = performance.now();
  private stopped = false;
  private running: Promise<void> = Promise.resolve();
  private prunedAt = -Infinity;

  constructor(
    private readonly database: WorkerDatabase,
    private readonly store: RelayStore,
    private readonly collapse: CollapseStore,
    private readonly signal: Signal,
    private readonly wakeup: InboxWakeup,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.wakeup.wake();
    await this.running;
  }

  /** Calls back when this process has written to the log. */
  onLogged(listener: () => void): void {
    this.logged.add(listener);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        this.wakeup.take();
        const due = await this.store.due();
        if (due?.collapsing) await this.mergeAll();
        if (due) await this.relayAll();
        await this.prune();
        await this.untilNext();
      } catch (error) {
        this.logger.warn(`will try again: ${(error as Error).message}`);
        await this.wakeup.wait(RETRY_MS);
      }
    }
  }

  private async untilNext(): Promise<void> {
    const more = this.wakeup.take();
    if (more) await setTimeout(GATHER_MS);
    if (more || (await this.wakeup.wait(nextLookMs(performance.now() - this.activeAt))))
      this.activeAt = performance.now();
  }

  /** Notifications take the place of those with the same key, before they are announced. */
  private async mergeAll(): Promise<void> {
    let merged: number;
    do {
      merged = await this.database.transaction(async (manager) => {
        await this.store.takeTurn(manager);
        return this.collapse.merge(manager, BATCH);
      });
    } while (merged === BATCH && !this.stopped);
  }

  /** One round over all users that have changes. */
  private async relayAll(): Promise<void> {
    for (let after: RelayPosition | null = START; after && !this.stopped;) {
      after = await this.relayBatch(after);
    }
    this.activeAt = performance.now();
  }

  /** @returns where to go on, or null at the end of the round */
  private async relayBatch(after: RelayPosition): Promise<RelayPosition | null> {
    const batch = await this.database.transaction(async (manager) => {
      await this.store.takeTurn(manager);
      const moved = await this.store.move(manager, after, BATCH);
      if (moved.lastSeq) await this.signal.beforeCommit(manager, moved.lastSeq);
      return moved;
    });
    if (batch.lastSeq) {
      this.signal.afterCommit(batch.lastSeq);
      for (const listener of this.logged) listener();
    }
    return batch.moved < BATCH ? null : batch.last;
  }

  private async prune(): Promise<void> {
    const now = performance.now();
    if (now - this.prunedAt < PRUNE_EVERY_MS) return;
    this.prunedAt = now;
    while ((await this.store.prune(this.database.manager, KEEP_LOG_MS, PRUNE_BATCH)) === PRUNE_BATCH);
  }
}
