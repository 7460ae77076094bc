import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { CleanupService, describe } from './cleanup.service.js';

/** At three in the morning, UTC: the time zone of the machine must not decide how often a day has a 3 a.m. */
export const CLEANUP_TIME = { cronTime: CronExpression.EVERY_DAY_AT_3AM, timeZone: 'UTC' };

/** The daily `notification_cleanup` job. Every process has it; an advisory lock lets one of them work. */
@Injectable()
export class CleanupJob implements OnModuleDestroy {
  private readonly logger = new Logger('Cleanup');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly cleanup: CleanupService) {}

  @Cron(CLEANUP_TIME.cronTime, { name: 'notification_cleanup', timeZone: CLEANUP_TIME.timeZone })
  async run(): Promise<void> {
    if (this.running) return this.running;
    this.running = this.runOnce().finally(() => (this.running = undefined));
    return this.running;
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async runOnce(): Promise<void> {
    try {
      const report = await this.cleanup.run(this.stopping.signal);
      this.logger.log(report ? `removed ${describe(report)}` : 'another process is cleaning up');
    } catch (error) {
      this.logger.error(`${(error as Error).message} (tomorrow's goes on)`);
    }
  }
}
