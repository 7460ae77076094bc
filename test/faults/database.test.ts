import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterUrl } from '../../src/database/embedded/cluster.js';
import { recordedPort } from '../../src/database/embedded/server-process.js';
import { findHome } from '../../src/database/embedded/home.js';
import { connect } from '../support/sql.js';
import { watchFolder } from '../support/watch.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { asUser, postEvent, subscribe } from './support/api.js';
import { checkCounts, checkDeliveries, checkLoad, checkMemory } from './support/check.js';
import { Cluster } from './support/cluster.js';
import { Load } from './support/load.js';
import { Proxy } from './support/proxy.js';
import { seeded } from '../support/random.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { until } from './support/wait.js';

const USERS = Array.from({ length: 20 }, (_, number) => `user_${number}`);
const SUBSCRIBERS = USERS.slice(0, 5);
/** A statement may take 30 s (docs/reliability.md); the rest is for a machine that has other things to do. */
const LONGEST_WAIT_MS = 45_000;

async function live(url: string): Promise<number> {
  return (await fetch(`${url}/health/live`)).status;
}

async function health(url: string): Promise<number> {
  return (await fetch(`${url}/health`)).status;
}

/** Runs something terrible under load, and checks that everything is there afterwards. */
async function endure(
  what: string,
  { server, databaseUrl, seed }: { server: Server & { url: string }; databaseUrl: string; seed: number },
  harm: (load: Load) => Promise<Record<string, unknown> | void>,
): Promise<void> {
  const sink = await FakeTarget.start(answer(204));
  const apiKey = await createApiKey(databaseUrl);
  await subscribe(server.url, SUBSCRIBERS, sink.url);
  const load = new Load({ url: () => server.url, apiKey, users: USERS, seed, pauseMs: 20 });
  try {
    load.start();
    await sleep(500);
    const memory = (await server.memory()).used;
    const figures = await harm(load);
    await until(async () => (await health(server.url)) === 200);
    const before = load.answers.get(201) ?? 0;
    await until(() => (load.answers.get(201) ?? 0) > before + 10);
    await load.stop();
    const sql = await connect(databaseUrl);
    const kept = await checkLoad(sql, server.url, load);
    const sent = await checkDeliveries(sql, sink, SUBSCRIBERS);
    await sql.end();
    // The process lived all the while, and left no request without an answer.
    expect([load.answers.get(0), load.live.get(0)]).toEqual([undefined, undefined]);
    report(what, {
      ...kept,
      ...sent,
      ...figures,
      ...(await checkMemory(server, memory)),
      answers: JSON.stringify(Object.fromEntries(load.answers)),
    });
  } finally {
    load.abandon();
    await sink.stop();
  }
}

describe('the database', () => {
  let cluster: Cluster;
  beforeAll(async () => (cluster = await Cluster.start()));
  afterAll(() => cluster.destroy());

  it.each(['fast', 'immediate'] as const)('is stopped (%s) under load and started again', async (mode) => {
    const databaseUrl = await cluster.createDatabase();
    const server = await Server.start({ DATABASE_URL: databaseUrl });
    try {
      await endure(
        `PostgreSQL stopped (${mode}) three times`,
        { server, databaseUrl, seed: 31 },
        async (load) => {
          let recoveryMs = 0;
          for (let round = 0; round < 3; round += 1) {
            await cluster.stop(mode);
            expect(await health(server.url)).toBe(503);
            expect(await live(server.url)).toBe(200);
            const refused = await asUser(server.url, 'user_1', 'GET', '/v1/notifications');
            expect([refused.status, refused.body['code']]).toEqual([503, 'unavailable']);
            expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
            await sleep(1_000);
            await cluster.start();
            const began = performance.now();
            await until(async () => (await health(server.url)) === 200);
            recoveryMs = Math.max(recoveryMs, Math.round(performance.now() - began));
            await sleep(500);
          }
          expect(load.answers.get(503)).toBeGreaterThan(0);
          return { 'ready again at most': `${recoveryMs} ms after the database` };
        },
      );
    } finally {
      await server.kill();
    }
  });

  it('is reached through a network that cuts connections in the middle of statements', async () => {
    const databaseUrl = await cluster.createDatabase();
    const proxy = await Proxy.start(databaseUrl);
    const server = await Server.start({ DATABASE_URL: proxy.url });
    const random = seeded(32);
    try {
      await endure('60 rounds of cut connections', { server, databaseUrl, seed: 32 }, async (load) => {
        let cuts = 0;
        for (let round = 0; round < 60; round += 1) {
          cuts += proxy.cut(() => random() < 0.7);
          await sleep(random() * 200);
        }
        // Of those that were cut, some had a request waiting.
        expect(cuts).toBeGreaterThan(0);
        expect(load.answers.get(503)).toBeGreaterThan(0);
        return { cuts };
      });
    } finally {
      await server.kill();
      await proxy.stop();
    }
  });

  it('is cut off while it writes an event: the sender is told so, and the event is stored once or not at all', async () => {
    const databaseUrl = await cluster.createDatabase();
    const proxy = await Proxy.start(databaseUrl);
    const server = await Server.start({ DATABASE_URL: proxy.url });
    const sql = await connect(databaseUrl);
    try {
      const apiKey = await createApiKey(databaseUrl);
      const stored = (title: string) =>
        sql.rows<{ events: string; users: string }>(
          `SELECT count(DISTINCT e.id) AS events, count(n.id) AS users
           FROM carillon.events e LEFT JOIN carillon.notifications n ON n.event_id = e.id WHERE e.title = $1`,
          [title],
        );
      const post = (title: string, key?: string) => postEvent(server.url, apiKey, title, ['a', 'b'], key);
      expect((await post('whole')).status).toBe(201);

      proxy.breakOn('notify.', 'reset');
      for (const [cut, [title, key]] of [['without a key'], ['with a key', 'key']].entries()) {
        const { status, headers, body } = await post(title as string, key);
        await proxy.broken(cut + 1);
        expect([status, body['code']]).toEqual([503, 'unavailable']);
        expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
      }
      proxy.breakNoMore();

      // PostgreSQL got the statement, which is the whole transaction of an event without a key.
      await until(async () => (await stored('without a key'))[0]?.events === '1');
      expect(await stored('without a key')).toEqual([{ events: '1', users: '2' }]);
      // That of a key is rolled back, with its commit unsaid, and the key is free again.
      await until(async () => {
        const { status } = await post('with a key', 'key');
        expect([201, 409]).toContain(status);
        return status === 201;
      });
      expect(await stored('with a key')).toEqual([{ events: '1', users: '2' }]);
      await checkCounts(sql, server.url);
      expect(server.alive).toBe(true);
    } finally {
      await sql.end();
      await server.kill();
      await proxy.stop();
    }
  });

  it('falls silent: connections that look open and lead nowhere are given up', async () => {
    const databaseUrl = await cluster.createDatabase();
    const proxy = await Proxy.start(databaseUrl);
    const server = await Server.start({ DATABASE_URL: proxy.url });
    try {
      await endure('half-open connections', { server, databaseUrl, seed: 33 }, async (load) => {
        const began = performance.now();
        proxy.silence();
        const silenced = proxy.silent;
        expect(silenced).toBeGreaterThan(0);
        // All of the pool waits in vain now; those who want a connection are told so.
        await until(() => (load.answers.get(503) ?? 0) > 0, 200);
        const refusedMs = Math.round(performance.now() - began);
        await until(() => proxy.silent === 0, 200);
        await until(async () => (await health(server.url)) === 200, 200);
        return {
          silenced,
          'first 503 after': `${refusedMs} ms`,
          'recovered after': `${Math.round(performance.now() - began)} ms`,
        };
      });
    } finally {
      await server.kill();
      await proxy.stop();
    }
  });

  it('lets every connection of the pool wait: the others are told so, and nothing hangs for ever', async () => {
    const databaseUrl = await cluster.createDatabase();
    const server = await Server.start({ DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '3' });
    const sql = await connect(databaseUrl);
    try {
      const apiKey = await createApiKey(databaseUrl);
      const post = (number: number) =>
        postEvent(server.url, apiKey, `waits ${number}`, ['a'], `key ${number}`);
      expect((await post(0)).status).toBe(201);
      const memory = (await server.memory()).used;
      await sql.rows('BEGIN');
      await sql.rows('LOCK TABLE carillon.notifications, carillon.inbox_changes IN ACCESS EXCLUSIVE MODE');
      const began = performance.now();
      const waiting = Promise.all(Array.from({ length: 20 }, (_, number) => post(number + 1)));
      expect(await live(server.url)).toBe(200);
      const refused = await waiting;
      const longestMs = Math.round(performance.now() - began);
      expect(longestMs).toBeLessThan(LONGEST_WAIT_MS);
      // Some waited for a connection, the others had one and waited for the lock.
      expect(new Set(refused.map(({ status, body }) => `${status} ${String(body['code'])}`))).toEqual(
        new Set(['503 unavailable', '503 overloaded']),
      );
      expect(refused.filter(({ headers }) => !headers.has('Retry-After'))).toEqual([]);
      await sql.rows('ROLLBACK');
      await until(async () => (await health(server.url)) === 200);
      const again = await Promise.all(Array.from({ length: 20 }, (_, number) => post(number + 1)));
      expect(again.map(({ status }) => status)).toEqual(again.map(() => 201));
      const stored = await sql.rows<{ title: string }>('SELECT title FROM carillon.notifications');
      expect(stored.map(({ title }) => title).sort()).toEqual(
        Array.from({ length: 21 }, (_, number) => `waits ${number}`).sort(),
      );
      await checkCounts(sql, server.url);
      report('pool exhausted', {
        'longest wait for 503': `${longestMs} ms`,
        ...(await checkMemory(server, memory)),
      });
    } finally {
      await sql.end();
      await server.kill();
    }
  });
});

describe('the embedded database', () => {
  it('is killed under load: the server starts it again by itself', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'carillon-faults-'));
    chmodSync(dataDir, 0o755);
    const watch = watchFolder(dataDir);
    const server = await Server.start({ CARILLON_DATA_DIR: dataDir });
    const home = findHome(dataDir, dataDir);
    const databaseUrl = clusterUrl(home, recordedPort(home) ?? 0);
    try {
      const pidFile = join(home.cluster, 'postmaster.pid');
      const postmaster = () =>
        existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0;
      await endure('embedded PostgreSQL killed twice', { server, databaseUrl, seed: 34 }, async (load) => {
        let longestMs = 0;
        for (let round = 0; round < 2; round += 1) {
          const began = performance.now();
          const killed = postmaster();
          process.kill(killed, 9);
          // It may be back before this process has looked even once.
          await until(() => ![0, killed].includes(postmaster()));
          await until(async () => (await health(server.url)) === 200);
          longestMs = Math.max(longestMs, Math.round(performance.now() - began));
        }
        expect(load.answers.get(503)).toBeGreaterThan(0);
        return { 'longest away': `${longestMs} ms` };
      });
      expect(await server.end('SIGTERM')).toBe(0);
    } finally {
      await server.kill();
      watch.stdin?.end();
    }
  });
});
