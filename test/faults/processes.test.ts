import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { CarillonModule, NotificationService } from '../../src/index.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget, type Respond } from '../outbound/support/targets.js';
import { subscribe } from './support/api.js';
import { checkDeliveries, checkLoad, checkMemory } from './support/check.js';
import { Load } from './support/load.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { until } from './support/wait.js';
import { Reader } from './streams/reader.js';

const USERS = Array.from({ length: 20 }, (_, number) => `user_${number}`);
const BACKLOG = 2_000;

let database: TestDatabase;
let sql: Sql;
let sink: FakeTarget;
/** Answers that are held back; undefined while none is. */
let held: (() => void)[] | undefined;
let first: Server & { url: string };

beforeAll(async () => {
  database = await createEmptyDatabase();
  const respond: Respond = (request, response) => {
    const say = () => answer(204)(request, response);
    if (held) held.push(say);
    else say();
  };
  sink = await FakeTarget.start(respond);
  first = await Server.start({ DATABASE_URL: database.url });
  sql = await connect(database.url);
  await subscribe(first.url, USERS, sink.url);
});
afterAll(async () => {
  await first.kill();
  await sql.end();
  await sink.stop();
  await database.drop();
});

describe('two processes', () => {
  it('share a backlog of webhooks, and send each of them once', async () => {
    // None of them works while the backlog is made.
    expect(await first.end('SIGTERM')).toBe(0);
    await sql.rows(
      `WITH backlog AS MATERIALIZED (
         SELECT carillon.uuid_v7(now()) AS id, number, user_id
         FROM generate_series(1, $1 / (SELECT count(*)::int FROM carillon.webhook_endpoints)) AS number,
           (SELECT user_id FROM carillon.webhook_endpoints) e
       ), event AS (
         INSERT INTO carillon.events (id, type, level, source, title, webhook_event, recipients, created_at)
         SELECT id, 'job_failed', 'error', 'test', 'event backlog ' || number, 'job.failed', 1, now() FROM backlog
       ), recipient AS (
         INSERT INTO carillon.event_recipients (event_id, chunk, user_ids, outcomes)
         SELECT id, 0, ARRAY[user_id], '{0}' FROM backlog
       )
       INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, created_at, next_attempt_at)
       SELECT w.user_id, carillon.uuid_v7(now()), 'webhook', w.id, e.id, 'job.failed', now(), now()
       FROM backlog e JOIN carillon.webhook_endpoints w USING (user_id)`,
      [BACKLOG],
    );
    const began = performance.now();
    // Nothing is answered before both are at work: one that starts late would find nothing left to share.
    held = [];
    const [one, two] = await Promise.all([
      Server.start({ DATABASE_URL: database.url }),
      Server.start({ DATABASE_URL: database.url }),
    ]);
    first = one;
    const workers = 'SELECT count(DISTINCT leased_by) FROM carillon.deliveries WHERE leased_by IS NOT NULL';
    await until(async () => (await sql.number(workers)) === 2);
    const answers = held;
    held = undefined;
    for (const say of answers) say();
    const pending = `SELECT count(*) FROM carillon.deliveries WHERE status = 'pending'`;
    await until(async () => (await sql.number(pending)) === 0);
    const tookMs = Math.round(performance.now() - began);
    await two.kill();
    expect(sink.received).toHaveLength(BACKLOG);
    expect(new Set(sink.received.map(({ headers }) => headers['webhook-id'])).size).toBe(BACKLOG);
    expect(await sql.number('SELECT sum(attempts) FROM carillon.deliveries')).toBe(BACKLOG);
    report('two processes, one backlog', { deliveries: BACKLOG, 'starts included': `${tookMs} ms` });
    await sql.rows('DELETE FROM carillon.deliveries');
    await sql.rows(`DELETE FROM carillon.events`);
    sink.received.length = 0;
  });

  it('of which one is a host application that rolls back: that leaves no trace, whatever else goes on', async () => {
    const apiKey = await createApiKey(database.url);
    const load = new Load({ url: () => first.url, apiKey, users: USERS, seed: 51, pauseMs: 10 });
    const readers = USERS.map((userId) => new Reader(userId, () => first.url));
    const host = await NestFactory.createApplicationContext(
      CarillonModule.forRoot({
        contracts: false,
        database: { url: database.url },
        encryption: { key: 'an encryption key for the fault tests, long enough' },
        webhooks: { allowNetworks: ['127.0.0.0/8'] },
      }),
      { logger: false },
    );
    const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    try {
      await until(() => readers.every(({ connections }) => connections > 0));
      const memory = (await first.memory()).used;
      load.start();
      const notifications = host.get(NotificationService);
      /** What the host told each user and committed, by its own account. */
      const told = new Map<string, string[]>(USERS.map((userId) => [userId, []]));
      for (let number = 0; number < 200; number += 1) {
        const rollsBack = number % 2 === 0;
        const userIds = USERS.slice(number % 20, (number % 20) + 2);
        const title = `${rollsBack ? 'rolled back' : 'event committed'} ${number}`;
        const transaction = dataSource.transaction(async (manager) => {
          await notifications.notify({ type: 'job_failed', userIds, title }, { manager });
          if (rollsBack) throw new Error('the caller changed its mind');
        });
        if (rollsBack) await expect(transaction).rejects.toThrow('changed its mind');
        else {
          await transaction;
          for (const userId of userIds) told.get(userId)?.push(title);
        }
      }
      await load.stop();
      const committed = await sql.rows<{ title: string }>(
        `SELECT title FROM carillon.events WHERE title LIKE 'event committed%'`,
      );
      expect(committed).toHaveLength(100);
      const rows = await sql.rows<{ user_id: string; title: string }>(
        'SELECT user_id, title FROM carillon.notifications',
      );
      const titlesOf = (userId: string) =>
        rows.filter((row) => row.user_id === userId).map(({ title }) => title);
      for (const [userId, titles] of told) {
        const stored = titlesOf(userId).filter((title) => title.startsWith('event committed'));
        expect([userId, stored.sort()]).toEqual([userId, [...titles].sort()]);
      }
      // A page is told of its user's rows, each once. A stream is in order: what was announced before is here too.
      await until(() => readers.every(({ userId, titles }) => titles.length >= titlesOf(userId).length));
      for (const { userId, titles } of readers)
        expect([userId, [...titles].sort()]).toEqual([userId, titlesOf(userId).sort()]);
      await checkDeliveries(sql, sink, USERS);
      expect(await sql.number(`SELECT count(*) FROM carillon.events WHERE title LIKE 'rolled%'`)).toBe(0);
      expect(await sql.number(`SELECT count(*) FROM carillon.notifications WHERE title LIKE 'rolled%'`)).toBe(
        0,
      );
      expect(sink.received.filter(({ body }) => body.includes('rolled back'))).toEqual([]);
      expect(readers.flatMap(({ titles }) => titles).filter((title) => title.startsWith('rolled'))).toEqual(
        [],
      );
      // The load's own events, without the host's.
      await checkLoad(sql, first.url, load);
      report('rolled back under load', {
        'rolled back': 100,
        committed: committed.length,
        'events of others meanwhile': load.events.length,
        'frames to readers': readers.reduce((sum, { titles }) => sum + titles.length, 0),
        ...(await checkMemory(first, memory)),
      });
    } finally {
      load.abandon();
      await Promise.all(readers.map((reader) => reader.stop()));
      await dataSource.destroy();
      await host.close();
    }
  });
});
