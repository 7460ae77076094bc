import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { hostOptions, startHost, type Platform } from './support/host.js';

let app: TestApp;
const hosts = new Map<Platform, INestApplication>();
const urls = new Map<string, string>();
beforeAll(async () => {
  app = await startApp();
  urls.set('alone', app.url);
  for (const platform of ['express', 'fastify'] as const) {
    const host = await startHost(platform, {
      ...hostOptions(app.databaseUrl),
      serve: { docs: true, assets: true },
    });
    hosts.set(platform, host);
    urls.set(platform, await host.getUrl());
  }
});
afterAll(async () => {
  for (const host of hosts.values()) await host.close();
  await app.close();
});

class Client {
  received = '';
  readonly closed: Promise<unknown>;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined).on('data', (chunk) => (this.received += String(chunk)));
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  static async open(url: string): Promise<Client> {
    const client = new Client(connect(Number(new URL(url).port), '127.0.0.1'));
    await once(client.socket, 'connect');
    return client;
  }

  send(...requests: string[]): void {
    this.socket.write(requests.join(''));
  }

  async has(text: string, times = 1): Promise<void> {
    while (this.received.split(text).length <= times) await once(this.socket, 'data');
  }

  get statuses(): string[] {
    return this.received.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];
  }
}

const me = `Authorization: Bearer ${tokenOf('u')}\r\n`;
const request = (target: string, headers = me, method = 'GET') =>
  `${method} ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;

describe.each(['alone', 'express', 'fastify'])(
  'requests that come before the answers to others: %s',
  (where) => {
    const open = () => Client.open(urls.get(where) as string);

    it.each([
      '/openapi.json',
      '/openapi.yaml',
      '/openapi/inbox.json',
      '/docs',
      '/docs/swagger-ui-init.js',
      '/docs/swagger-ui-bundle.js',
      '/carillon/element.js',
      '/v1/notifications/nothing',
      '/v1/notifications/%zz',
      '/v1/notifications',
    ])('end their connection when they are too many: %s', async (path) => {
      const client = await open();
      client.send(request(path).repeat(1_000));
      await client.closed;
      // The first is begun when it comes, and no more than that wait behind it.
      expect(client.statuses.length).toBeLessThanOrEqual(17);
      const other = await fetch(`${urls.get(where)}/openapi.json`);
      expect(other.status).toBe(200);
      // What is not read would keep the connection, and the end of the hosts waits for those.
      await other.text();
    });

    it('are answered in their order when they are few, again and again', async () => {
      const client = await open();
      for (let round = 1; round <= 5; round += 1) {
        client.send(
          request('/v1/notifications').repeat(8),
          request('/v1/notifications/unread-count').repeat(8),
        );
        await client.has('{"count":', 8 * round);
      }
      const bodies = client.received.match(/"notifications"|"count"/g) ?? [];
      const round = [...Array(8).fill('"notifications"'), ...Array(8).fill('"count"')] as string[];
      expect(bodies).toEqual(Array(5).fill(round).flat());
      expect(new Set(client.statuses)).toEqual(new Set(['200']));
      client.socket.destroy();
    });

    it('are not begun while one before them is answered, nor when its connection has ended', async () => {
      await app.post({ type: 'job_failed', user_ids: ['u'], title: where });
      const unread = async () => (await app.as('u').get('/v1/notifications/unread-count')).body.count;
      const before = await unread();
      expect(before).toBeGreaterThan(0);
      const client = await open();
      client.send(
        request('/v1/notifications/stream'),
        request('/v1/notifications/mark-all-read', `${me}Content-Length: 0\r\n`, 'POST'),
      );
      await client.has('event: unread');
      expect(await unread()).toBe(before);
      client.socket.destroy();
      // The end of the connection has been seen when the server has answered others after it.
      for (let number = 0; number < 20; number += 1) expect(await unread()).toBe(before);
    });
  },
);

it('ends what nothing is answered on when the application ends, also what was busy then', async () => {
  const ending = await startApp();
  let closed: Promise<void> | undefined;
  try {
    const silent = await Client.open(ending.url);
    const idle = await Client.open(ending.url);
    idle.send(request('/v1/notifications/unread-count'));
    await idle.has('{"count":0}');
    // More than the buffers of the system hold, so that one of them is still to be taken when the others have ended.
    const busy = await Client.open(ending.url);
    busy.socket.pause();
    busy.send(
      request('/docs/swagger-ui-bundle.js').repeat(12),
      request('/v1/notifications/mark-all-read', `${me}Content-Length: 0\r\n`, 'POST'),
    );
    await once(busy.socket, 'readable');
    closed = ending.close();
    await Promise.all([silent.closed, idle.closed]);
    busy.socket.resume();
    await busy.closed;
    await closed;
    // What was begun is answered to its end, and nothing behind it is done.
    const answers = busy.received.split('HTTP/1.1 200 OK').slice(1);
    expect(answers.length).toBeLessThan(13);
    const lengths = answers.map((answer) => Buffer.byteLength(answer.split('\r\n\r\n')[1] as string));
    expect([...new Set(lengths)]).toEqual([Number(/content-length: (\d+)/.exec(answers[0] ?? '')?.[1])]);
  } finally {
    await (closed ?? ending.close());
  }
});

describe('odd things on a connection', () => {
  it('that are no request are answered with a problem which says so', async () => {
    const client = await Client.open(app.url);
    client.send('this is not HTTP\r\n\r\n');
    await client.closed;
    expect(client.statuses).toEqual(['400']);
    expect(client.received).toContain('"errors":[{"path":"","message":"This is not an HTTP request."}]');
  });

  it('are not written into an answer that is under way', async () => {
    const client = await Client.open(app.url);
    client.send(request('/v1/notifications/stream'));
    await client.has('event: unread');
    client.send('this is not HTTP\r\n\r\n');
    await client.closed;
    expect(client.statuses).toEqual(['200']);
  });

  it.each<[what: string, sent: string, statuses: string[]]>([
    ['a target with a host', request('http://x/v1/notifications'), ['200']],
    ['a target that is a star', request('*', me, 'OPTIONS'), ['404']],
    [
      'an upgrade',
      request('/v1/notifications', `${me}Connection: Upgrade\r\nUpgrade: websocket\r\n`),
      ['200'],
    ],
    ['HTTP/2', request('/v1/notifications', `${me}Connection: Upgrade\r\nUpgrade: h2c\r\n`), ['200']],
    ['a tunnel', request('x:443', me, 'CONNECT'), []],
    [
      'a body that waits to be wanted',
      request('/v1/events', 'Expect: 100-continue\r\nContent-Length: 20000\r\n', 'POST'),
      ['100', '401'],
    ],
    ['another expectation', request('/v1/notifications', `${me}Expect: a miracle\r\n`), ['200']],
    ['HEAD', request('/v1/notifications', me, 'HEAD').repeat(3), ['200', '200', '200']],
    ['HTTP/1.0', 'GET /v1/notifications HTTP/1.0\r\n\r\n', ['401']],
  ])('are answered: %s', async (_what, sent, statuses) => {
    const client = await Client.open(app.url);
    client.send(sent);
    if (statuses.length === 0) await client.closed;
    else await client.has('HTTP/1.1 ', statuses.length);
    expect(client.statuses).toEqual(statuses);
    client.socket.destroy();
    await app.http.get('/health').expect(200);
  });

  it.each(['/health', '/carillon/element.js'])('a half-closed connection is ended: %s', async (path) => {
    const client = await Client.open(app.url);
    client.socket.end(request(path).repeat(3));
    await client.closed;
    await app.http.get('/health').expect(200);
  });

  it('that come after the last request leave its answer whole', async () => {
    const client = await Client.open(app.url);
    client.send(request('/health', 'Connection: close\r\n'), request('/health'));
    await client.closed;
    expect(client.statuses).toEqual(['200']);
  });

  it('that follow a whole request leave its answer whole, and end the connection', async () => {
    const client = await Client.open(app.url);
    client.send(`${request('/v1/notifications')}this is not HTTP\r\n\r\n`);
    await client.closed;
    expect(client.statuses).toEqual(['200']);
    expect(client.received).toMatch(/^connection: close\r$/im);
    expect(client.received).toContain('"notifications":');
  });
});
