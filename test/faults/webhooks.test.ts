import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget, hang, type Respond } from '../outbound/support/targets.js';
import { asUser, postEvent, subscribe } from './support/api.js';
import { checkLoad, checkMemory } from './support/check.js';
import { Load } from './support/load.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { until } from './support/wait.js';

/**
 * That of an attempt and of each test: whatever had to wait for a target that hangs would not be done in time. The
 * tests themselves take some seconds.
 */
const ENVIRONMENT = { WEBHOOKS_TIMEOUT_MS: '60000', WEBHOOKS_ALLOW_NETWORKS: '127.0.0.1/32' };

/** More than the attempts that a worker makes at once when it knows nothing of a target. */
const HANGING = 600;
/** Whose answers do not end: slowly, or as fast as the network carries them. */
const ENDLESS = 30;
/** Who only ever say that they will answer: all of them do so from the process of this test. */
const PROMISING = 10;
const FRIENDS = Array.from({ length: 20 }, (_, number) => `friend_${number}`);

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
let server: Server & { url: string };
/** Where no webhook may lead, and how many have come there all the same. */
let inside: NetServer;
let intruders = 0;
const targets: FakeTarget[] = [];

beforeAll(async () => {
  database = await createEmptyDatabase();
  server = await Server.start({ DATABASE_URL: database.url, ...ENVIRONMENT });
  sql = await connect(database.url);
  apiKey = await createApiKey(database.url);
  inside = createServer((socket) => {
    intruders += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.2', resolve));
});
afterAll(async () => {
  await server.kill();
  await Promise.all(targets.map((target) => target.stop()));
  await new Promise((resolve) => inside.close(resolve));
  await sql.end();
  await database.drop();
});

async function target(respond: Respond): Promise<FakeTarget> {
  const started = await FakeTarget.start(respond);
  targets.push(started);
  return started;
}

const insideUrl = () => `http://127.0.0.2:${(inside.address() as AddressInfo).port}/`;

/** Never ends, and is no success, so that it is tried again and again. */
const endless =
  (more: (response: ServerResponse) => void): Respond =>
  (_request, response) => {
    response.on('error', () => undefined).writeHead(500, { 'Content-Type': 'text/plain' });
    more(response);
  };

const trickle = endless((response) => {
  const timer = setInterval(() => response.write('.'), 100);
  response.on('close', () => clearInterval(timer));
});

const flood = endless((response) => {
  const piece = Buffer.alloc(16_384, '.');
  const pour = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', pour);
  pour();
});

/** Never comes to its answer: tens of thousands of times a second it says that there will be one. */
const promise: Respond = (_request, { socket }) => {
  const piece = Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000));
  const timer = setInterval(() => socket?.writableNeedDrain || socket?.write(piece), 10);
  socket?.on('error', () => undefined).on('close', () => clearInterval(timer));
};

/** Gives each of many users an endpoint there. */
async function enemies(name: string, count: number, { url }: FakeTarget): Promise<string[]> {
  const users = Array.from({ length: count }, (_, number) => `${name}_${number}`);
  const lists = Array.from({ length: 10 }, (_, at) => users.filter((_user, number) => number % 10 === at));
  await Promise.all(lists.map((list) => subscribe(server.url, list, url)));
  return users;
}

describe('hundreds of targets that hang or never come to an end', () => {
  it('slow down no request and no other target', async () => {
    const sink = await target(answer(204));
    const holes = await target(hang);
    const trickles = await target(trickle);
    const floods = await target(flood);
    const promises = await target(promise);
    await subscribe(server.url, FRIENDS, sink.url);
    const hostile = [
      ...(await enemies('hole', HANGING, holes)),
      ...(await enemies('trickle', ENDLESS, trickles)),
      ...(await enemies('flood', ENDLESS, floods)),
      ...(await enemies('promise', PROMISING, promises)),
    ];
    const before = (await server.memory()).used;

    for (let copy = 0; copy < 10; copy += 1) {
      expect((await postEvent(server.url, apiKey, `hostile ${copy}`, hostile)).status).toBe(201);
    }
    await holes.waitFor(HANGING);
    await trickles.waitFor(ENDLESS);
    await floods.waitFor(ENDLESS);
    await promises.waitFor(PROMISING);

    const load = new Load({ url: () => server.url, apiKey, users: FRIENDS, seed: 71 });
    const began = performance.now();
    load.start();
    try {
      // While all of them are held up.
      await until(() => load.events.length >= 300 && load.read.size >= 100);
    } finally {
      load.abandon();
    }
    await load.stop();
    const sent = await sql.rows<{ title: string; user_id: string }>(
      `SELECT title, r.user_id FROM carillon.events e JOIN carillon.event_recipients c ON c.event_id = e.id, unnest(c.user_ids) AS r(user_id) WHERE title LIKE 'event %'`,
    );
    await sink.waitFor(sent.length);
    const tookMs = Math.round(performance.now() - began);
    expect([...load.answers.keys()].filter((status) => status !== 200 && status !== 201)).toEqual([]);
    const { acknowledged } = await checkLoad(sql, server.url, load);
    expect(acknowledged).toBe(load.events.length);
    const arrived = sink.received.map(({ body }) => {
      const { data } = JSON.parse(body) as { data: { user_id: string; notification: { title: string } } };
      return `${data.user_id} ${data.notification.title}`;
    });
    expect(arrived.sort()).toEqual(sent.map((one) => `${one.user_id} ${one.title}`).sort());
    // One attempt each is all that one that hangs gets, whatever else is due for it.
    expect(holes.received).toHaveLength(HANGING);

    report('hostile webhook targets', {
      targets: hostile.length,
      deliveries: 10 * hostile.length,
      'events meanwhile': acknowledged,
      'webhooks of others': arrived.length,
      'all within': `${tookMs} ms`,
      ...(await checkMemory(server, before)),
    });
  });
});

describe('the inside network', () => {
  const endpoint = (url: string) =>
    asUser(server.url, 'spy', 'POST', '/v1/webhooks', { name: 'in', kind: 'generic', url, events: '*' });

  /** What came of the first attempt of an event for this user. */
  async function attempted(userId: string): Promise<{ response_status: number | null; error: string }> {
    expect((await postEvent(server.url, apiKey, `for ${userId}`, [userId])).status).toBe(201);
    for (;;) {
      const [attempt] = await sql.rows<{ response_status: number | null; error: string }>(
        'SELECT response_status, error FROM carillon.deliveries WHERE user_id = $1 AND attempts > 0 LIMIT 1',
        [userId],
      );
      if (attempt) return attempt;
    }
  }

  it('is no address for a webhook', async () => {
    const { port } = inside.address() as AddressInfo;
    for (const host of [
      '127.0.0.2',
      '127.2',
      '2130706434',
      '[::ffff:127.0.0.2]',
      '169.254.169.254',
      '10.0.0.1',
    ]) {
      const { status } = await endpoint(`http://${host}:${port}/`);
      expect([host, status]).toEqual([host, 400]);
    }
  });

  it('is not reached by a redirect', async () => {
    const guide = await target(answer(307, '', { Location: insideUrl() }));
    expect((await endpoint(guide.url)).status).toBe(201);
    expect(await attempted('spy')).toMatchObject({ response_status: 307 });
    expect(intruders).toBe(0);
  });

  it('is not dialled for an endpoint from the time when it was open', async () => {
    await server.kill();
    server = await Server.start({
      DATABASE_URL: database.url,
      ...ENVIRONMENT,
      WEBHOOKS_ALLOW_NETWORKS: '127.0.0.0/8',
    });
    await subscribe(server.url, ['old friend'], insideUrl());
    await server.kill();
    server = await Server.start({ DATABASE_URL: database.url, ...ENVIRONMENT });
    expect(await attempted('old friend')).toMatchObject({ response_status: null });
    expect(intruders).toBe(0);
  });
});
