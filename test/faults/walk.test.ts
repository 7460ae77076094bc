import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { CarillonModule, NotificationService, type NotifyEvent } from '../../src/index.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { seeded } from '../support/random.js';
import { watchSeen } from '../support/seen.js';
import { connect, type Sql } from '../support/sql.js';
import {
  agreeing,
  checkActions,
  checkEveryCount,
  checkLists,
  checkPages,
  settled,
} from './support/check-inbox.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { Walk } from './support/walk.js';
import { Page } from './streams/page.js';

/** `WALK_SEED` makes the same choices again; what several processes make of them differs from time to time. */
const SEED = Number(process.env['WALK_SEED'] ?? Date.now() % 1_000_000);
const ROW_BY_ROW = 'row by row';
const USERS = ['u0', 'u1', 'u2', ROW_BY_ROW];
const CALLERS = 8;
/** Of each caller. */
const STEPS = 120;
const KILLS = 4;

let database: TestDatabase;
let sql: Sql;
/** Looks all the time, and so on a connection of its own. */
let watching: Sql;
let apiKey: string;
/** On one database: two servers, and a host application whose transactions are committed late. */
const servers: Server[] = [];
let host: INestApplicationContext;
let dataSource: DataSource;
let pages: Page[] = [];

beforeAll(async () => {
  database = await createEmptyDatabase();
  servers.push(await Server.start({ DATABASE_URL: database.url }));
  servers.push(await Server.start({ DATABASE_URL: database.url }));
  [sql, watching] = [await connect(database.url), await connect(database.url)];
  await watchSeen(sql);
  apiKey = await createApiKey(database.url);
  const encryption = { key: 'an encryption key for the fault tests, long enough' };
  host = await NestFactory.createApplicationContext(
    CarillonModule.forRoot({ contracts: false, database: { url: database.url }, encryption }),
    { logger: false },
  );
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterEach(() => Promise.all(pages.splice(0).map((page) => page.stop())));
afterAll(async () => {
  await dataSource?.destroy();
  await host?.close();
  await Promise.all(servers.map((server) => server.kill()));
  await sql?.end();
  await watching?.end();
  await database?.drop();
});

function anyUrl(): string {
  const urls = servers.flatMap(({ url, alive }) => (url !== undefined && alive ? [url] : []));
  return urls[Math.floor(Math.random() * urls.length)] ?? 'http://127.0.0.1:9';
}

function newWalk(seed: number): Walk {
  return new Walk({
    ...{ url: anyUrl, apiKey, sql, users: USERS, rowByRow: ROW_BY_ROW, seed, callers: CALLERS },
    notifyLate: (event, afterMs) =>
      dataSource.transaction(async (manager) => {
        await host.get(NotificationService).notify(event as NotifyEvent, { manager });
        await sleep(afterMs);
      }),
  });
}

/** Every count, list and page of every user, at each of the processes. */
async function checkAll(): Promise<void> {
  await settled(sql);
  const late = USERS.map((user) => new Page(user, anyUrl));
  pages.push(...late);
  for (const { url = '' } of servers) {
    await checkEveryCount(sql, url, USERS);
    await checkLists(sql, url, USERS);
  }
  await checkPages(sql, anyUrl(), pages);
  await checkActions(sql);
}

function reportOn(title: string, walk: Walk, figures: object): void {
  report(`${title}, WALK_SEED=${SEED}`, {
    operations: walk.done,
    ...figures,
    answers: JSON.stringify(Object.fromEntries(walk.answers)),
  });
}

it('everything at once by several processes: every count is that of the rows, every stream leads to the list', async () => {
  process.stdout.write(`  walk: WALK_SEED=${SEED}\n`);
  // Of each user one that is open all the time, and one that is cut and resumes, at any of the servers.
  const held = USERS.map((user, number) => new Page(user, () => servers[number % 2]?.url));
  const cut = USERS.map((user) => new Page(user, anyUrl));
  pages = [...held, ...cut];
  const walk = newWalk(SEED);
  let running = true;
  const walking = walk.run((steps) => steps === STEPS).finally(() => (running = false));
  const looking = agreeing(watching, USERS, walking);
  while (running) {
    await sleep(100 + Math.random() * 300);
    cut[Math.floor(Math.random() * cut.length)]?.reader.cut();
  }
  const looks = await looking;
  await checkAll();
  expect([...walk.unexpected]).toEqual([]);
  expect([...walk.answers.keys()].filter((answer) => answer.endsWith(' 0'))).toEqual([]);
  expect(held.map(({ reader }) => reader.connections)).toEqual(USERS.map(() => 1));
  reportOn('a walk by three processes', walk, {
    looks,
    resumed: cut.reduce((sum, { reader }) => sum + reader.connections - 1, 0),
  });
});

it('everything at once while servers are killed with -9: the same', async () => {
  pages = USERS.map((user) => new Page(user, anyUrl));
  const random = seeded(SEED);
  const walk = newWalk(SEED + 1);
  let kills = 0;
  const looking = agreeing(
    watching,
    USERS,
    walk.run(() => kills === KILLS),
  );
  for (; kills < KILLS; kills += 1) {
    await sleep(200 + random() * 1_500);
    const which = random() < 0.5 ? 0 : 1;
    await servers[which]?.kill();
    await (servers[which] = Server.spawn({ DATABASE_URL: database.url })).listening();
  }
  const looks = await looking;
  await checkAll();
  expect([...walk.unexpected]).toEqual([]);
  reportOn('a walk while servers are killed', walk, { looks, kills });
});
