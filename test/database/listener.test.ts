import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { Listener } from '../../src/database/listener.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let other: pg.Client;
let listener: Listener;

beforeAll(async () => {
  // Lost connections and failing handlers are made on purpose here, and reported.
  Logger.overrideLogger(false);
  database = await createEmptyDatabase();
  other = new pg.Client({ connectionString: database.url });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await database.drop();
});
beforeEach(() => {
  listener = new Listener(database.url);
});
afterEach(() => listener.close());

/** Payloads of a channel, one after another. */
async function payloads(channel: string): Promise<() => Promise<string>> {
  const arrived: string[] = [];
  const waiting: ((payload: string) => void)[] = [];
  await listener.on(channel, (payload) => {
    const next = waiting.shift();
    if (next) next(payload);
    else arrived.push(payload);
  });
  return () =>
    new Promise((resolve) => {
      const payload = arrived.shift();
      if (payload === undefined) waiting.push(resolve);
      else resolve(payload);
    });
}

const notify = (channel: string, payload: string) =>
  other.query('SELECT pg_notify($1, $2)', [channel, payload]);

const cutConnection = () =>
  other.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'carillon-listener'`,
  );

describe('the listener', () => {
  it('hands each notification to the handlers of its channel', async () => {
    const [one, two] = await Promise.all([payloads('one'), payloads('two')]);
    expect(listener.connected).toBe(true);
    await notify('two', 'b');
    await notify('one', 'a');
    expect([await one(), await two()]).toEqual(['a', 'b']);
  });

  it('listens again after its connection was cut, and says that something may have been missed', async () => {
    const one = await payloads('one');
    for (const round of ['first', 'second']) {
      const back = new Promise<void>((resolve) => {
        const remove = listener.onReconnect(() => {
          remove();
          resolve();
        });
      });
      await cutConnection();
      await back;
      expect(listener.connected).toBe(true);
      await notify('one', round);
      expect(await one()).toBe(round);
    }
  });

  it('keeps on when a handler fails, and forgets a handler that was removed', async () => {
    const failing = await listener.on('one', () => {
      throw new Error('on purpose');
    });
    const one = await payloads('one');
    await notify('one', 'a');
    expect(await one()).toBe('a');
    failing();
    await notify('one', 'b');
    expect(await one()).toBe('b');
  });

  it('lets a connection in the making end when it is closed', async () => {
    const pending = listener.on('one', () => undefined);
    await listener.close();
    await pending;
    expect(listener.connected).toBe(false);
    const left = `SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'carillon-listener'`;
    // PostgreSQL notices in its own time.
    while ((await other.query(left)).rows.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
