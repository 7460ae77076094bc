import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchSeen } from '../support/seen.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget, type Respond } from '../outbound/support/targets.js';
import { Page } from './streams/page.js';
import { subscribe } from './support/api.js';
import { Chaos } from './support/chaos.js';
import { checkDeliveries } from './support/check.js';
import { settled } from './support/check-inbox.js';
import { checkEvents, checkReaders, checkUsers } from './support/check-chaos.js';
import { Cluster } from './support/cluster.js';
import { seeded } from '../support/random.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { until } from './support/wait.js';

/** `CHAOS_SEED` makes the same choices again; what a machine makes of them differs from time to time. */
const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
const CHAOS_MS = 60_000;
/** The work of a killed process is taken over after 45 s, and then all of it is looked at. */
const TIMEOUT_MS = 300_000;

const USERS = Array.from({ length: 12 }, (_, number) => `user_${number}`);
/** Those that have a webhook endpoint which stays. */
const SUBSCRIBERS = USERS.slice(0, 5);

const random = seeded(SEED);
const servers: Server[] = [];
let pages: Page[] = [];
let cluster: Cluster;
let databaseUrl: string;
let sink: FakeTarget;
let chaos: Chaos;
let sql: Sql | undefined;

beforeAll(async () => {
  cluster = await Cluster.start();
  databaseUrl = await cluster.createDatabase();
  // A third of the answers come late, so that something is under way at every kill; a tenth are no.
  const respond: Respond = (request, response) => {
    const say = () => answer(Math.random() < 0.1 ? 500 : 204)(request, response);
    setTimeout(say, Math.random() < 0.33 ? 300 : 0);
  };
  sink = await FakeTarget.start(respond);
  const first = await Server.start({ DATABASE_URL: databaseUrl });
  servers.push(first, await Server.start({ DATABASE_URL: databaseUrl }));
  const apiKey = await createApiKey(databaseUrl);
  // Ended before PostgreSQL is killed.
  const setting = await connect(databaseUrl);
  await watchSeen(setting);
  await setting.end();
  await subscribe(first.url, SUBSCRIBERS, sink.url);
  chaos = new Chaos({ url: anyUrl, apiKey, users: USERS, seed: SEED });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await Promise.all([chaos?.abandon(), ...pages.map((page) => page.stop())]);
  await sql?.end();
  await sink?.stop();
  await cluster?.destroy();
});

function anyUrl(): string | undefined {
  const urls = servers.flatMap(({ url, alive }) => (url !== undefined && alive ? [url] : []));
  return urls[Math.floor(Math.random() * urls.length)];
}

/** Nothing but a kill ends a server, and no promise of its own fails unheard. */
function expectAlive({ alive, output }: Server): void {
  expect([alive, /.*(?:that nothing waited for|uncaught).*/i.exec(output)?.[0]]).toEqual([true, undefined]);
}

async function killServer(which: number): Promise<void> {
  const server = servers[which] as Server;
  expectAlive(server);
  await server.kill();
}

async function startServer(which: number): Promise<void> {
  const server = Server.spawn({ DATABASE_URL: databaseUrl });
  servers[which] = server;
  await server.listening();
}

async function killDatabase(): Promise<void> {
  cluster.kill();
  // The next one starts when the children of the killed one have noticed.
  await until(() =>
    cluster.start().then(
      () => true,
      () => false,
    ),
  );
}

/** Kills servers, the database, or both at once. */
async function rage(forMs: number): Promise<{ 'killed servers': number; 'killed databases': number }> {
  const killed = { servers: 0, databases: 0 };
  const began = performance.now();
  while (performance.now() - began < forMs) {
    await sleep(500 + random() * 3_000);
    const [which, what] = [random() < 0.5 ? 0 : 1, random()];
    const [isServer, isDatabase] = [what < 0.65, what > 0.5];
    if (isServer) await killServer(which);
    if (isDatabase) await killDatabase();
    if (isServer) await startServer(which);
    killed.servers += Number(isServer);
    killed.databases += Number(isDatabase);
  }
  return { 'killed servers': killed.servers, 'killed databases': killed.databases };
}

it(
  'everything at once for a minute, while servers and PostgreSQL are killed: what was promised is kept',
  async () => {
    process.stdout.write(`  chaos: CHAOS_SEED=${SEED}\n`);
    pages = USERS.map((userId, number) => new Page(userId, () => servers[number % 2]?.url));
    await until(() => pages.every(({ reader }) => reader.connections > 0));
    chaos.start();
    const killed = await rage(CHAOS_MS);
    await chaos.stop();
    servers.forEach(expectAlive);
    sql = await connect(databaseUrl);
    await sql.rows('UPDATE carillon.notifications SET snoozed_until = now() WHERE snoozed_until > now()');
    await settled(sql);
    expect([...chaos.unexpected]).toEqual([]);
    const kept = await checkEvents(sql, chaos);
    await checkUsers(sql, chaos, anyUrl() as string, USERS);
    const sent = await checkDeliveries(sql, sink, SUBSCRIBERS);
    await checkReaders(sql, chaos, anyUrl() as string, pages);
    servers.forEach(expectAlive);
    expect(await Promise.all(servers.map((server) => server.end('SIGTERM')))).toEqual([0, 0]);
    expect(chaos.refusals).toBeGreaterThan(0);
    report(`chaos, seed ${SEED}`, {
      ...killed,
      ...kept,
      ...sent,
      refused: chaos.refusals,
      purged: chaos.purged.size,
      'frames to readers': pages.reduce((sum, { reader }) => sum + reader.titles.length, 0),
      answers: JSON.stringify(Object.fromEntries(chaos.answers)),
    });
  },
  TIMEOUT_MS,
);
