import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { CLEANUP_TIME, CleanupJob } from './cleanup.job.js';

/**
 * Runs the clean-up in a host application that schedules nothing. Where there is a scheduler, it finds the job by
 * itself. Carillon must not bring one along: every scheduler of an application runs all of its jobs, so that a second
 * one would run the host's own jobs twice.
 */
@Injectable()
export class CleanupSchedule implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: CronJob | undefined;

  constructor(
    private readonly modules: ModuleRef,
    private readonly job: CleanupJob,
  ) {}

  onApplicationBootstrap(): void {
    if (this.hasScheduler()) return;
    const { cronTime, timeZone } = CLEANUP_TIME;
    this.timer = CronJob.from({ cronTime, timeZone, onTick: () => this.job.run(), start: true });
  }

  async onModuleDestroy(): Promise<void> {
    await this.timer?.stop();
  }

  private hasScheduler(): boolean {
    try {
      this.modules.get(SchedulerRegistry, { strict: false });
      return true;
    } catch {
      return false;
    }
  }
}
