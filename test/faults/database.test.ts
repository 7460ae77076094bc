import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterUrl, recordedPort } from '../../src/database/embedded/cluster.js';
import { findHome } from '../../src/database/embedded/home.js';
import { connect } from '../support/sql.js';
import { watchFolder } from '../support/watch.js';
import { answer, FakeTarget } from '../webhooks/support/targets.js';
import { asUser, postEvent, subscribe } from './support/api.js';
import { checkDeliveries, checkLoad } from './support/check.js';
import { Cluster } from './support/cluster.js';
import { Load } from './support/load.js';
import { Proxy } from './support/proxy.js';
import { seeded } from './support/random.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { until } from './support/wait.js';

const USERS = Array.from({ length: 20 }, (_, number) => `user_${number}`);
const SUBSCRIBERS = USERS.slice(0, 5);

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
    const figures = await harm(load);
    await until(async () => (await health(server.url)) === 200);
    const before = load.answers.get(201) ?? 0;
    await until(() => (load.answers.get(201) ?? 0) > before + 10);
    await load.stop();
    const sql = await connect(databaseUrl);
    const kept = await checkLoad(sql, server.url, load);
    const sent = await checkDeliveries(sql, sink, SUBSCRIBERS);
    await sql.end();
    report(what, {
      ...kept,
      ...sent,
      ...figures,
      answers: JSON.stringify(Object.fromEntries(load.answers)),
    });
    expect(load.withoutRetryAfter).toBe(0);
    expect(server.alive).toBe(true);
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
    let cuts = 0;
    try {
      await endure('60 rounds of cut connections', { server, databaseUrl, seed: 32 }, async () => {
        for (let round = 0; round < 60; round += 1) {
          cuts += proxy.size;
          proxy.cut(() => random() < 0.7);
          await sleep(random() * 200);
        }
        return { cuts };
      });
    } finally {
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
        // All of the pool waits in vain now; those who want a connection are told so.
        await until(() => (load.answers.get(503) ?? 0) > 0, 200);
        await until(async () => (await health(server.url)) === 200, 200);
        return { 'recovered after': `${Math.round(performance.now() - began)} ms` };
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
      await sql.rows('BEGIN');
      await sql.rows('LOCK TABLE carillon.notifications, carillon.inbox_changes IN ACCESS EXCLUSIVE MODE');
      const began = performance.now();
      const refused = await Promise.all(Array.from({ length: 20 }, (_, number) => post(number + 1)));
      const longestMs = Math.round(performance.now() - began);
      // Some waited for a connection, the others had one and waited for the lock.
      expect(new Set(refused.map(({ status, body }) => `${status} ${String(body['code'])}`))).toEqual(
        new Set(['503 unavailable', '503 overloaded']),
      );
      expect(refused.filter(({ headers }) => !headers.has('Retry-After'))).toEqual([]);
      await sql.rows('ROLLBACK');
      await until(async () => (await health(server.url)) === 200);
      const again = await Promise.all(Array.from({ length: 20 }, (_, number) => post(number + 1)));
      expect(again.map(({ status }) => status)).toEqual(again.map(() => 201));
      expect(await sql.number(`SELECT count(*) FROM carillon.notifications WHERE title LIKE 'waits%'`)).toBe(
        21,
      );
      report('pool exhausted', { 'longest wait for 503': `${longestMs} ms` });
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
      await endure('embedded PostgreSQL killed twice', { server, databaseUrl, seed: 34 }, async () => {
        let longestMs = 0;
        for (let round = 0; round < 2; round += 1) {
          const began = performance.now();
          process.kill(Number(readFileSync(join(home.cluster, 'postmaster.pid'), 'utf8').split('\n')[0]), 9);
          await until(async () => (await health(server.url)) === 503);
          await until(async () => (await health(server.url)) === 200);
          longestMs = Math.max(longestMs, Math.round(performance.now() - began));
        }
        return { 'longest away': `${longestMs} ms` };
      });
      expect(await server.end('SIGTERM')).toBe(0);
    } finally {
      await server.kill();
      watch.stdin?.end();
    }
  });
});
