import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../common/clock.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { DATA_SOURCE } from '../database/database.module.js';
import { tryWithLock } from '../database/lock.js';
import { CleanupSteps } from './cleanup-steps.js';

/** Rows of one transaction: some tens of milliseconds. */
const BATCH = 2_000;
/** After each batch the clean-up rests for so many times as long as the batch took: requests come first. */
const REST = 2;

const LOCK = 'carillon.cleanup';

/** How many rows of each kind were removed, or would be. */
export type CleanupReport = Record<string, number>;

/** Deletes for good what has been kept long enough. */
@Injectable()
export class CleanupService {
  constructor(
    @Inject(DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    private readonly steps: CleanupSteps,
    private readonly clock: Clock,
  ) {}

  /**
   * Removes everything that is due, in small batches.
   * @param signal stops it between two batches
   * @returns what was removed; undefined when another process is at it
   */
  async run(signal?: AbortSignal): Promise<CleanupReport | undefined> {
    return tryWithLock(this.dataSource, LOCK, async () => {
      const report: CleanupReport = {};
      for (const step of this.steps.due(this.options.retention, this.clock.now())) {
        report[step.name] = await this.removeAll(step.remove, signal);
      }
      return report;
    });
  }

  /** What {@link run} would remove now. */
  async preview(): Promise<CleanupReport> {
    const report: CleanupReport = {};
    for (const step of this.steps.due(this.options.retention, this.clock.now())) {
      report[step.name] = await step.count();
    }
    return report;
  }

  private async removeAll(
    remove: (manager: EntityManager, limit: number) => Promise<number>,
    signal?: AbortSignal,
  ): Promise<number> {
    let total = 0;
    for (;;) {
      const began = performance.now();
      const removed = await remove(this.dataSource.manager, BATCH);
      total += removed;
      if (removed < BATCH || signal?.aborted) return total;
      await setTimeout((performance.now() - began) * REST);
    }
  }
}
