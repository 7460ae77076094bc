import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CarillonError } from '../../src/common/errors.js';
import { OutageLog } from '../../src/http/outage-log.js';
import { explainFailure } from '../../src/common/database-failure.js';
import { Database } from '../../src/database/database.js';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import { Proxy } from '../faults/support/proxy.js';
import { startApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const EVENT = { type: 'job_failed', userIds: ['u'], title: 'T' };

let database: TestDatabase;
let proxy: Proxy;
let t: TestApp;
let notifications: NotificationService;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  proxy = await Proxy.start(database.url);
  t = await startApp({ database: { url: proxy.url } });
  notifications = t.app.get(NotificationService, { strict: false });
  dataSource = t.app.get(Database, { strict: false }).dataSource;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await t.close();
  await proxy.stop();
});
afterAll(() => database.drop());

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

it('notify() says unavailable when no connection can be had, and when the one of its transaction is lost', async () => {
  const lost = await refusal(
    dataSource.transaction(async (manager) => {
      await manager.query('SELECT 1');
      proxy.cut();
      const error = await refusal(notifications.notify(EVENT, { manager }));
      expect(error).toMatchObject({ name: 'CarillonError', code: 'unavailable', retryAfter: 1 });
      // By now TypeORM has given up the connection.
      expect(manager.queryRunner).toMatchObject({ isReleased: true });
      expect(await refusal(notifications.notify(EVENT, { manager }))).toMatchObject({ code: 'unavailable' });
      throw error;
    }),
  );
  expect(lost).toBeInstanceOf(CarillonError);
  await proxy.stop();
  for (const options of [{}, { manager: dataSource.manager }]) {
    // Connections of the pool that were cut just now fail in words of their own first.
    let cause: unknown;
    while ((cause as { code?: string } | undefined)?.code !== 'ECONNREFUSED') {
      const error = await refusal(notifications.notify(EVENT, options));
      expect(error).toMatchObject({ code: 'unavailable', cause: expect.anything() });
      ({ cause } = error as CarillonError);
    }
  }
});

it('requests are answered 503, and the log names the first of a second and counts the others', async () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  await proxy.stop();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => t.as('u').get('/v1/notifications?team_id=secret')),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 503));
  // All in one second, unless the machine is so busy that they take longer: then each second has its two lines.
  const lines = () => warn.mock.calls.map(([line]) => String(line));
  const named = () => lines().filter((line) => / GET /.test(line));
  const counted = () =>
    lines()
      .map((line) => Number(/^(\d+) more in the last second$/.exec(line)?.[1] ?? 0))
      .reduce((sum, count) => sum + count, 0);
  while (named().length + counted() < 20) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(named().length + counted()).toBe(20);
  expect(counted()).toBeGreaterThan(0);
  // Whoever was named knows by which name.
  const ids = answers.flatMap(({ headers }) => headers['x-request-id'] ?? []) as string[];
  expect(named().map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(ids));
  expect(ids).toHaveLength(named().length);
  for (const line of named())
    expect(line).toMatch(/^\S+ GET \/v1\/notifications: The database .*ECONNREFUSED/);
  expect(lines().join()).not.toContain('secret');
});

it('a file that is not there, and another service that is away, are not the database', async () => {
  const errors = await Promise.all([
    refusal(readFile('/nowhere/at/all')),
    once(dial(1, '127.0.0.1'), 'error').then(([error]) => error as unknown),
  ]);
  expect(errors).toEqual([
    expect.objectContaining({ code: 'ENOENT' }),
    expect.objectContaining({ code: 'ECONNREFUSED' }),
  ]);
  expect(errors.map(explainFailure)).toEqual(errors);
});

it('an outage is said again when it comes back after a pause', () => {
  jest.useFakeTimers();
  try {
    const lines: string[] = [];
    const log = new OutageLog((line) => lines.push(line));
    expect(['a', 'b', 'c'].map((line) => log.note(line))).toEqual([true, false, false]);
    jest.advanceTimersByTime(1_000);
    log.note('d');
    jest.advanceTimersByTime(5_000);
    log.note('e');
    expect(lines).toEqual(['a', '2 more in the last second', '1 more in the last second', 'e']);
  } finally {
    jest.useRealTimers();
  }
});
