import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { connect as dial } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { LogStore } from '../../src/realtime/log.store.js';
import { StreamHub } from '../../src/realtime/stream-hub.js';
import { startApp, type TestApp } from '../support/app.js';
import { StreamReader } from '../support/sse.js';

let t: TestApp;
/** What the host's authenticator waits for. */
let admitted: Promise<unknown> = Promise.resolve();
let asked = 0;

beforeAll(async () => {
  const authenticator = async () => {
    asked += 1;
    await admitted;
    return 'someone';
  };
  t = await startApp({ auth: { authenticator, cookieName: 'token' } });
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => t.close());

/** Asks for streams on one connection, and hangs up once `when` has happened. */
async function giveUp(when: () => Promise<unknown>, streams = 1): Promise<void> {
  const socket = dial(Number(new URL(t.url).port), '127.0.0.1');
  socket.write('GET /v1/notifications/stream HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(streams));
  await when();
  socket.destroy();
}

/** Gives up at some time: a test that has failed must not keep the others from ending. */
async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never: ${condition.toString()}`);
    await setTimeout(5);
  }
}

/** What happens inside of the hub, which nobody outside can see. */
interface Hub {
  size: number;
  beginning: Promise<void> | undefined;
  look(): void;
}
const hub = (): Hub => t.app.get(StreamHub, { strict: false }) as unknown as Hub;

/** How many streams hold a place. */
const held = () => hub().size;

/** A promise that is resolved from outside. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

it('a stream given up while its user is still being asked for holds no place', async () => {
  const { passed, open } = gate();
  admitted = passed;
  const add = jest.spyOn(StreamHub.prototype, 'add');
  const closed = new Promise<void>((resolve) =>
    t.server
      .getHttpServer()
      .once('connection', (socket: NodeJS.EventEmitter) => socket.once('close', resolve)),
  );
  const before = asked;
  await giveUp(() => until(() => asked > before));
  await closed;
  open();
  await until(() => add.mock.results.length === 1);
  await add.mock.results[0]?.value;
  expect(held()).toBe(0);
});

it('nor do streams that were asked for behind another one on its connection, which are not even begun', async () => {
  const before = asked;
  const add = jest.spyOn(StreamHub.prototype, 'add');
  await giveUp(() => until(() => held() === 1), 3);
  await until(() => held() === 0);
  expect(add).toHaveBeenCalledTimes(1);
  expect(asked).toBe(before + 1);
});

it('the log is not read for nobody when the last stream left before its first one was known', async () => {
  const { passed, open } = gate();
  const store = t.app.get(LogStore, { strict: false });
  const bounds = store.bounds.bind(store);
  jest.spyOn(store, 'bounds').mockImplementation(() => passed.then(bounds));
  const since = jest.spyOn(store, 'since');
  await giveUp(() => until(() => held() === 1));
  await until(() => held() === 0);
  open();
  await until(() => hub().beginning === undefined);
  // The clock has its look at the log, and that comes to nothing.
  const look = jest.spyOn(hub(), 'look');
  await until(() => look.mock.calls.length === 2);
  expect(since).not.toHaveBeenCalled();
  const reader = await StreamReader.open(`${t.url}/v1/notifications/stream`, {});
  await t.post({ type: 'job_failed', user_ids: ['someone'], title: 'still heard' });
  await reader.until(() => reader.of('notification').length === 1);
  reader.close();
});

it('a stream that the end of the server meets before its first byte is refused, not empty', async () => {
  await until(() => held() === 0);
  const { passed, open } = gate();
  const store = t.app.get(LogStore, { strict: false });
  const bounds = store.bounds.bind(store);
  jest.spyOn(store, 'bounds').mockImplementation(() => passed.then(bounds));
  const answer = fetch(`${t.url}/v1/notifications/stream`);
  await until(() => held() === 1);
  await t.app.get(StreamHub, { strict: false }).onModuleDestroy();
  open();
  const { status, headers } = await answer;
  expect([status, headers.get('retry-after'), held()]).toEqual([503, '1', 0]);
});
