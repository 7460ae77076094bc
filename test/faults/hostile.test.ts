import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { connect as open, type Socket } from 'node:net';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { asUser, postEvent } from './support/api.js';
import { checkCounts, checkMemory } from './support/check.js';
import { megabytes, report } from './support/report.js';
import { createApiKey, Server, tokenOf } from './support/server.js';
import { until } from './support/wait.js';

const CONNECTIONS = 10_000;
/** Open files of this process and of the server that are none of these connections. */
const OTHER_FILES = 1_000;
/** Others are served as ever: some hundredths of a second, and the rest is for a machine that has other things to do. */
const SERVED_WITHIN_MS = 5_000;

/** How many files, and so connections, a process may have open here. */
function openFiles(): number {
  const limit = /Max open files\s+(\S+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return limit === 'unlimited' ? Infinity : Number(limit);
}

const tooFew = openFiles() < CONNECTIONS + OTHER_FILES;

let database: TestDatabase;
let apiKey: string;
let server: Server & { url: string };
let sql: Sql;
/** Events that were acknowledged to those who did no harm. */
let acknowledged = 0;
let port: number;
beforeAll(async () => {
  database = await createEmptyDatabase();
  server = await Server.start({ DATABASE_URL: database.url });
  port = Number(new URL(server.url).port);
  apiKey = await createApiKey(database.url);
  sql = await connect(database.url);
  // What is compiled and cached at the first requests is not what is measured.
  for (let number = 0; number < 200; number += 1) await serves();
});
afterAll(async () => {
  await server.kill();
  await sql.end();
  await database.drop();
});

/** The server serves others as ever. @returns how long two requests took, in milliseconds */
async function serves(): Promise<number> {
  const began = performance.now();
  expect((await postEvent(server.url, apiKey, `served ${acknowledged}`, ['somebody'])).status).toBe(201);
  acknowledged += 1;
  expect((await asUser(server.url, 'somebody', 'GET', '/v1/notifications')).status).toBe(200);
  return performance.now() - began;
}

/** What was acknowledged is there, once, and nothing that the hostile ones began. */
async function checkServed(): Promise<void> {
  const stored = await sql.rows<{ title: string }>('SELECT title FROM carillon.notifications');
  expect(stored.map(({ title }) => title).sort()).toEqual(
    Array.from({ length: acknowledged }, (_, number) => `served ${number}`).sort(),
  );
  expect(await sql.number('SELECT count(*) FROM carillon.events')).toBe(acknowledged);
  await checkCounts(sql, server.url);
}

/** Sends bytes as they are. @returns the status of the answer, 0 when there is none */
function send(...parts: string[]): Promise<number> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = open(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    const status = () => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    socket.on('data', (chunk) => {
      answer += String(chunk);
      if (status() > 0) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(status()));
  });
}

const post = (path: string, headers: string, length: number | undefined) =>
  `POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n${headers}` +
  `${length === undefined ? '' : `Content-Length: ${length}\r\n`}\r\n`;

function event(body: string): string[] {
  return [post('/v1/events', `X-API-Key: ${apiKey}\r\n`, Buffer.byteLength(body)), body];
}

describe('a hostile network', () => {
  const itWhere = tooFew ? it.skip : it;
  const why = tooFew ? ` (not tested: a process may open only ${openFiles()} files here)` : '';

  itWhere(
    `opens 10,000 connections and sends slowly: others are served, the slow ones ended${why}`,
    async () => {
      const before = (await server.memory()).used;
      const sockets: Socket[] = [];
      // The first sends nothing at all, ever; the others go on by a blank every few seconds.
      const starts = [
        undefined,
        '',
        'GET /v1/notifications HTTP/1.1\r\nHost: test\r\nX-Slow: ',
        `${post('/v1/events', `X-API-Key: ${apiKey}\r\n`, 1_000)}{`,
        `${post('/v1/notifications/mark-all-read', `Authorization: Bearer ${tokenOf('slow')}\r\n`, 1_000)}{`,
      ];
      const trickling: Socket[] = [];
      let ended = 0;
      const times: number[] = [];
      for (let number = 0; number < CONNECTIONS; number += 1) {
        const socket = open(port, '127.0.0.1');
        socket.on('error', () => undefined).on('close', () => (ended += 1));
        // Answers such as 408 are read, so that the end of the connection is seen.
        socket.resume();
        const start = starts[number % starts.length];
        if (start !== undefined) {
          socket.write(start);
          trickling.push(socket);
        }
        sockets.push(socket);
        if (number % 200 === 0) times.push(await serves());
      }
      const trickle = setInterval(() => {
        for (const socket of trickling) if (socket.writable) socket.write(' ');
      }, 5_000);
      try {
        // What the kernel has opened the server may not have taken yet.
        let held = 0;
        await until(() => (held = readdirSync(`/proc/${server.child.pid}/fd`).length) > CONNECTIONS - ended);
        const during = await server.memory();
        for (let number = 0; number < 100; number += 1) times.push(await serves());
        const endedBefore = ended;
        // They were there when the others were served.
        expect(endedBefore).toBeLessThan(CONNECTIONS / 2);
        // Whoever does not finish a request is sent away, however it trickles, and so is whoever never begins one.
        await until(() => ended === CONNECTIONS, 500);
        expect(Math.max(...times)).toBeLessThan(SERVED_WITHIN_MS);
        await checkServed();
        const memory = await checkMemory(server, before);
        report('slow connections', {
          connections: CONNECTIONS,
          'ended while the others were served': endedBefore,
          'two requests meanwhile, slowest': `${Math.round(Math.max(...times))} ms`,
          'files open in the server': held,
          ...memory,
          during: `${megabytes(during.used)} (resident ${megabytes(during.rss)})`,
        });
      } finally {
        clearInterval(trickle);
        for (const socket of sockets) socket.destroy();
      }
    },
  );

  it('sends giant, deep and broken JSON, and headers that never end', async () => {
    const before = (await server.memory()).used;
    const deep = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
    const withData = (data: string) => `{"type":"job_failed","user_ids":["a"],"title":"t","data":${data}}`;
    // 0 where the server hangs up while all of it is still being sent.
    const cases: [what: string, status: number[], parts: string[]][] = [
      ['a body above the limit of events', [413, 0], event(`"${'x'.repeat(9 * 1024 * 1024)}"`)],
      [
        'a body above the limit of the rest',
        [413, 0],
        [
          post('/v1/notifications/mark-all-read', `Authorization: Bearer ${tokenOf('a')}\r\n`, 300_000),
          'x'.repeat(300_000),
        ],
      ],
      ['a length that is a lie', [413], [post('/v1/events', `X-API-Key: ${apiKey}\r\n`, 10 ** 12), '{']],
      ['lists a million deep', [400], event(deep(1_000_000, '[', ']'))],
      ['objects 200,000 deep', [400], event(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`)],
      ['data that is deep', [400], event(withData(`{"a":${deep(20_000, '[', ']')}}`))],
      ['lists that are not closed', [400], event('['.repeat(1_000_000))],
      ['an unfinished string', [400], event('{"type":"')],
      ['no JSON', [400], event('<xml/>')],
      ['a number too large', [400], event(withData(`{"a":1${'0'.repeat(400)}}`).replace('"t"', '1e999'))],
      ['half a surrogate', [400], event('{"type":"job_failed","user_ids":["\\ud800"],"title":"t"}')],
      ['a prototype', [400], event('{"__proto__":{"admin":true},"type":"job_failed"}')],
      [
        'a hundred thousand keys',
        [400],
        event(`{${Array.from({ length: 100_000 }, (_, key) => `"k${key}":1`).join()}}`),
      ],
      [
        'another encoding',
        [400, 415],
        [
          post('/v1/events', `X-API-Key: ${apiKey}\r\nContent-Encoding: gzip\r\n`, 4),
          '\u001f\u008b\u0000\u0000',
        ],
      ],
      [
        'broken chunks',
        [400],
        [
          post('/v1/events', `X-API-Key: ${apiKey}\r\nTransfer-Encoding: chunked\r\n`, undefined),
          'zz\r\n{}\r\n0\r\n\r\n',
        ],
      ],
      ['two lengths', [400], [post('/v1/events', 'Content-Length: 5\r\n', 6), '{}']],
      ['one giant header', [431], [`GET / HTTP/1.1\r\nHost: test\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`]],
      [
        'ten thousand headers',
        [431],
        [
          `GET / HTTP/1.1\r\nHost: test\r\n${Array.from({ length: 10_000 }, (_, n) => `X-${n}: y\r\n`).join('')}\r\n`,
        ],
      ],
      [
        'a giant cookie',
        [431],
        [`GET / HTTP/1.1\r\nHost: test\r\nCookie: ${'a=b; '.repeat(20_000)}\r\n\r\n`],
      ],
      ['a giant address', [414, 431], [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: test\r\n\r\n`]],
      ['no HTTP', [400], ['\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n']],
    ];
    for (const [what, expected, parts] of cases) {
      const status = await send(...parts);
      expect([what, expected.includes(status) ? expected : status]).toEqual([what, expected]);
    }
    for (let round = 0; round < 10; round += 1) {
      const statuses = await Promise.all(cases.map(([, , parts]) => send(...parts)));
      // Many at once may find the connection gone before they have read why.
      const others = cases.map(
        ([what, expected], index) => [what, expected, statuses[index] as number] as const,
      );
      expect(others.filter(([, expected, status]) => status !== 0 && !expected.includes(status))).toEqual([]);
      await serves();
    }
    await checkServed();
    report('hostile requests', {
      requests: 11 * cases.length,
      ...(await checkMemory(server, before)),
    });
  });
});

describe('a flood from one API key', () => {
  it('is answered 429 with Retry-After, and everybody else as ever', async () => {
    const other = await Server.start({
      DATABASE_URL: database.url,
      RATE_LIMIT_PER_SECOND: '20',
      RATE_LIMIT_BURST: '30',
    });
    const calm = await createApiKey(database.url, 'calm');
    try {
      const memory = (await other.memory()).used;
      const began = performance.now();
      const flood = Promise.all(
        Array.from({ length: 40 }, async () => {
          const answers = [];
          for (let number = 0; number < 25; number += 1)
            answers.push(await postEvent(other.url, apiKey, 'flood', ['flooded']));
          return answers;
        }),
      );
      for (let number = 0; number < 10; number += 1) {
        expect((await postEvent(other.url, calm, 'calm', ['calm'])).status).toBe(201);
        expect((await asUser(other.url, 'calm', 'GET', '/v1/notifications')).status).toBe(200);
      }
      const answers = (await flood).flat();
      const seconds = (performance.now() - began) / 1_000;
      const refused = answers.filter(({ status }) => status === 429);
      const taken = answers.filter(({ status }) => status === 201);
      expect(refused.length + taken.length).toBe(1_000);
      expect(taken.length).toBeGreaterThanOrEqual(30);
      expect(taken.length).toBeLessThanOrEqual(30 + Math.ceil(seconds * 20));
      expect(refused.filter(({ headers }) => Number(headers.get('Retry-After')) >= 1)).toHaveLength(
        refused.length,
      );
      expect(refused[0]?.body['code']).toBe('rate_limited');
      const stored = await sql.rows(
        `SELECT title, user_id, count(*)::int AS copies FROM carillon.notifications
         WHERE title IN ('flood', 'calm') GROUP BY title, user_id ORDER BY title`,
      );
      expect(stored).toEqual([
        { title: 'calm', user_id: 'calm', copies: 10 },
        { title: 'flood', user_id: 'flooded', copies: taken.length },
      ]);
      const events = await sql.rows<{ id: string }>(`SELECT id FROM carillon.events WHERE title = 'flood'`);
      expect(events.map(({ id }) => id).sort()).toEqual(
        taken.map(({ body }) => (body['event'] as { id: string }).id).sort(),
      );
      await checkCounts(sql, other.url);
      report('flood', {
        requests: 1_000,
        taken: taken.length,
        refused: refused.length,
        ...(await checkMemory(other, memory)),
      });
    } finally {
      await other.kill();
    }
  });
});
