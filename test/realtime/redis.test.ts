import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { Signal } from '../../src/realtime/signal.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { StreamReader } from '../support/sse.js';

const available = spawnSync('redis-server', ['--version']).status === 0;
const title = 'wake-ups over Redis';
// Redis is opt-in, and no registry package carries a server: where there is none, there is nothing to test against.
const suite = available ? describe : describe.skip;

suite(available ? title : `${title} (skipped: no redis-server on this machine)`, () => {
  let redis: ChildProcess;
  let port: number;
  let one: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
    const redisUrl = `redis://127.0.0.1:${port}`;
    one = await startApp({ redisUrl });
    other = await startApp({ redisUrl, database: { url: one.databaseUrl } });
  });
  afterAll(async () => {
    await other?.close();
    await one?.close();
    redis?.kill('SIGKILL');
  });

  it('announce one process to another, with Redis and without it', async () => {
    const user = 'redis-user';
    const reader = await StreamReader.open(`${other.url}/v1/notifications/stream`, {
      Authorization: `Bearer ${tokenOf(user)}`,
    });
    const post = (text: string) => one.post({ type: 'job_failed', user_ids: [user], title: text });
    const titles = () =>
      reader.of('notification').map(({ data }) => (data['notification'] as { title: string }).title);
    await post('with Redis');
    await reader.until(() => titles().length === 1);
    // A hint is only a hint: without Redis the log is looked at all the same.
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    await post('without Redis');
    await reader.until(() => titles().length === 2);
    redis = await startRedis(port);
    await post('with Redis again');
    await reader.until(() => titles().length === 3);
    expect(titles()).toEqual(['with Redis', 'without Redis', 'with Redis again']);
    reader.close();
  });

  // Whatever is asked of Redis and never answered is refused by the client at the end: nobody may be left who does
  // not listen for that, or the process would end with an error in the middle of its orderly stop.
  it('may fail at the moment in which the process stops', async () => {
    const proxy = await SwallowingProxy.start(port);
    const app = await startApp({
      redisUrl: `redis://127.0.0.1:${proxy.port}`,
      database: { url: one.databaseUrl },
    });
    await proxy.untilSeen(1);
    proxy.swallow();
    await proxy.untilSeen(2);
    const { connections } = app.app.get(Signal, { strict: false }) as unknown as { connections: Redis[] };
    expect(connections).toHaveLength(2);
    const ended = Promise.all(connections.map((connection) => once(connection, 'end')));
    await app.close();
    await ended;
    // Refused with the end of the connection; what nobody has heard is said at the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    await proxy.stop();
  });
});

/** Between a client and Redis: cuts the connections, and then keeps back every subscription. */
class SwallowingProxy {
  private readonly sockets = new Set<Socket>();
  private seen = 0;
  private swallows = false;

  private constructor(private readonly server: Server) {}

  static async start(target: number): Promise<SwallowingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new SwallowingProxy(server);
    server.on('connection', (client) => proxy.join(client, connect(target, '127.0.0.1')));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  swallow(): void {
    this.swallows = true;
    for (const socket of this.sockets) socket.destroy();
  }

  async untilSeen(subscriptions: number): Promise<void> {
    while (this.seen < subscriptions) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, redis: Socket): void {
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => other.destroy());
    }
    redis.pipe(client);
    client.on('data', (chunk) => {
      const subscribes = /subscribe/i.test(chunk.toString('latin1'));
      if (subscribes) this.seen += 1;
      if (!subscribes || !this.swallows) redis.write(chunk);
    });
  }
}

async function startRedis(port: number): Promise<ChildProcess> {
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  for await (const chunk of server.stdout as AsyncIterable<Buffer>) {
    text += String(chunk);
    if (text.includes('Ready to accept connections')) break;
  }
  return server;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
