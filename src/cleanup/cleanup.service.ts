import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { Database } from '../database/database.js';
import { tryWithLock } from '../database/lock.js';
import { CleanupSteps } from './cleanup-steps.js';

/** Rows of one transaction: some tens of milliseconds. */
const BATCH = 2_000;
/** After each batch the clean-up rests for so many times as long as the batch took: requests come first. */
const REST = 2;

const LOCK = 'cleanup';

/** How many rows of each kind were removed, or would be. */
export type CleanupReport = Record<string, number>;

/** Something could not be removed. What else was due has been. */
export class CleanupIncomplete extends Error {
  override readonly name = 'CleanupIncomplete';

  constructor(failed: string[], removed: CleanupReport) {
    super(`could not remove all ${failed.join(', ')}; removed ${describe(removed)}`);
  }
}

/** A report as a sentence: `12 events, 3 idempotency keys`. */
export function describe(report: CleanupReport): string {
  return Object.entries(report)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** Deletes for good what has been kept long enough. */
@Injectable()
export class CleanupService {
  private readonly logger = new Logger('Cleanup');

  constructor(
    private readonly database: Database,
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    private readonly steps: CleanupSteps,
    private readonly clock: Clock,
  ) {}

  /**
   * Removes everything that is due, in small batches. A kind that cannot be removed keeps no other from being.
   * @param signal stops it between two batches
   * @returns what was removed; undefined when another process is cleaning up
   * @throws CleanupIncomplete at the end, when something failed
   */
  async run(signal?: AbortSignal): Promise<CleanupReport | undefined> {
    return tryWithLock(this.database, LOCK, async () => {
      const report: CleanupReport = {};
      const failed: string[] = [];
      for (const step of this.steps.due(this.options.retention, this.clock.now())) {
        report[step.name] = 0;
        try {
          for await (const removed of this.restfully(step.remove(this.database.manager, BATCH), signal)) {
            report[step.name]! += removed;
          }
        } catch (error) {
          failed.push(step.name);
          this.logger.error(`${step.name}: ${(error as Error).message}`);
        }
      }
      if (failed.length > 0) throw new CleanupIncomplete(failed, report);
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

  /** Rests between batches, and ends after the one in which it is asked to stop. */
  private async *restfully(batches: AsyncIterable<number>, signal?: AbortSignal): AsyncGenerator<number> {
    let began = performance.now();
    for await (const removed of batches) {
      yield removed;
      if (signal?.aborted) return;
      await setTimeout((performance.now() - began) * REST);
      began = performance.now();
    }
  }
}
