import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { CarillonModule } from '../../src/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());
afterEach(() => void jest.restoreAllMocks());

/** A host application with these modules beside Carillon. */
function startHost(...imports: object[]) {
  const carillon = CarillonModule.forRoot({
    contracts: false,
    database: { url: database.url, poolSize: 2 },
    encryption: { key: 'an encryption key for tests, long enough' },
  });
  const root = { module: class HostModule {}, imports: [carillon, ...(imports as [])] };
  return NestFactory.createApplicationContext(root, { logger: false });
}

describe('the clean-up in a host application', () => {
  it('is timed by Carillon where the host schedules nothing, and ends with the application', async () => {
    const from = jest.spyOn(CronJob, 'from');
    const host = await startHost();
    expect(from).toHaveBeenCalledTimes(1);
    const job = from.mock.results[0]?.value as CronJob;
    expect(job.isActive).toBe(true);
    expect(job.nextDate().toUTC().toFormat('HH:mm')).toBe('03:00');
    await host.close();
    expect(job.isActive).toBe(false);
  });

  it('is left to the scheduler of a host that has one', async () => {
    const host = await startHost(ScheduleModule.forRoot());
    const jobs = host.get(SchedulerRegistry, { strict: false }).getCronJobs();
    expect([...jobs.keys()]).toEqual(['notification_cleanup']);
    await host.close();
  });
});
