import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiKeyService } from '../../src/auth/api-key.service.js';
import { ApiKeyStore } from '../../src/auth/api-key.store.js';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import { Clock } from '../../src/common/clock.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { StreamReader } from '../support/sse.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { report } from './support/report.js';

const HOUR_MS = 3_600_000;
/** From where the clock jumps to where, in hours. */
const JUMPS = [0, 5, -5, 12, -12, 0];

let database: TestDatabase;
let app: TestApp;
let sql: Sql;
let sink: FakeTarget;
beforeAll(async () => {
  database = await createEmptyDatabase();
  sink = await FakeTarget.start(answer(204));
  app = await startApp({ database: { url: database.url }, webhooks: { allowNetworks: ['127.0.0.0/8'] } });
  sql = await connect(app.databaseUrl);
});
afterEach(() => void jest.restoreAllMocks());
afterAll(async () => {
  await app.close();
  await sql.end();
  await sink.stop();
  await database.drop();
});

/** Sets the clock of this process, however it is read; the database keeps its own. */
function setClock(offsetMs: number): void {
  jest.restoreAllMocks();
  const real = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => real() + offsetMs);
  jest.spyOn(Clock.prototype, 'now').mockImplementation(() => new Date(Date.now()));
}

/** Lets time pass for everything that measures a duration, whatever the clock on the wall says. */
function pass(ms: number): void {
  const real = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => real() + ms);
}

/** What a user's first page is answered with. */
async function statusFor(token: string): Promise<number> {
  const { status } = await app.http.get('/v1/notifications').set('Authorization', `Bearer ${token}`);
  return status;
}

describe('a clock that jumps', () => {
  it('leaves ids, pages, counts and webhooks right', async () => {
    await app
      .as('jumper')
      .post('/v1/webhooks')
      .send({ name: 'sink', kind: 'generic', url: sink.url, events: '*' })
      .expect(201);
    const began = performance.now();
    let sent = 0;
    for (const hours of JUMPS) {
      setClock(hours * HOUR_MS);
      // A token that is good by the clock of this hour.
      const user = app.as('jumper');
      for (let number = 0; number < 5; number += 1) {
        sent += 1;
        await app.post({ type: 'job_failed', user_ids: ['jumper'], title: `event ${sent}` });
      }
      // None waits for the database's clock to come to where this one was.
      await sink.waitFor(sent);
      const { body } = await user.get('/v1/notifications/unread-count').expect(200);
      expect(body).toEqual({ count: sent });
    }
    const tookMs = Math.round(performance.now() - began);
    const user = app.as('jumper');
    const ids = await sql.rows<{ id: string }>(
      `SELECT id FROM carillon.notifications WHERE user_id = 'jumper' ORDER BY id DESC`,
    );

    // Every one of them once, newest first, however small the pages are.
    const seen: { id: string; created_at: string }[] = [];
    for (let cursor: string | null = null; ;) {
      const query = `limit=4&read_state=all${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const { body } = (await user.get(`/v1/notifications?${query}`).expect(200)) as {
        body: { notifications: typeof seen; cursor: string | null; has_more: boolean };
      };
      seen.push(...body.notifications);
      if (!body.has_more) break;
      cursor = body.cursor;
    }
    expect(seen.map(({ id }) => id)).toEqual(ids.map(({ id }) => id));
    const times = seen.map(({ created_at: at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set(sink.received.map(({ headers }) => headers['webhook-id'])).size).toBe(sent);
    expect(sink.received).toHaveLength(sent);
    report('clock jumps', {
      jumps: JUMPS.join(' h, ') + ' h',
      events: sent,
      'all sent within': `${tookMs} ms`,
    });
  });

  it('does not make a token be believed for longer than a minute without a look at it', async () => {
    // Of now: by a clock that is twelve hours behind it is not good yet, which only a look at it can tell.
    const token = tokenOf('cached', { nbf: Math.floor(Date.now() / 1000) - 1 });
    expect(await statusFor(token)).toBe(200);
    setClock(-12 * HOUR_MS);
    pass(61_000);
    expect(await statusFor(token)).toBe(401);
    jest.restoreAllMocks();
    expect(await statusFor(token)).toBe(200);
    // Nor does a token that was looked at a moment ago outlive its end.
    setClock(12 * HOUR_MS);
    expect(await statusFor(token)).toBe(401);
  });

  it('does not make an API key be believed for longer than a minute without a look at it', async () => {
    const { key, id } = await app.app.get(ApiKeyService, { strict: false }).create('cached');
    const send = async () => {
      const event = { type: 'job_failed', user_ids: ['nobody'], title: 'T' };
      return (await app.http.post('/v1/events').set('X-API-Key', key).send(event)).status;
    };
    const lookUps = jest.spyOn(ApiKeyStore.prototype, 'findUsable');
    do {
      lookUps.mockClear();
      expect(await send()).toBe(201);
    } while (lookUps.mock.calls.length > 0);
    // As if the message that tells of it had been lost.
    await sql.rows('UPDATE carillon.api_keys SET revoked_at = now() WHERE id = $1', [id]);
    setClock(-12 * HOUR_MS);
    pass(61_000);
    expect(await send()).toBe(401);
  });

  it('ends the streams whose tokens have ended, and no others', async () => {
    const open = (hours: number) =>
      StreamReader.open(`${app.url}/v1/notifications/stream`, {
        Authorization: `Bearer ${tokenOf('reader', { exp: Math.floor(Date.now() / 1000) + hours * 3_600 })}`,
      });
    const [short, long, lasting] = [await open(1), await open(6), await open(10_000)];
    setClock(5 * HOUR_MS);
    await short.until(({ ended }) => ended);
    // One that is set back ends none: their tokens are good for longer by it.
    setClock(-12 * HOUR_MS);
    const late = await open(1);
    await app.post({ type: 'job_failed', user_ids: ['reader'], title: 'still here' });
    for (const reader of [long, lasting, late]) {
      await reader.until(() => reader.of('notification').length === 1);
      expect(reader.ended).toBe(false);
      reader.close();
    }
  });

  it('makes the clean-up take no more than its hours', async () => {
    await sql.rows(
      `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, deleted_at)
       SELECT 'keeper', carillon.uuid_v7(now() - age), gen_random_uuid(), 'job_failed', 'error', age::text,
         now() - age, now() - age
       FROM unnest(ARRAY['1 hour', '89 days', '91 days']::interval[]) AS age`,
    );
    const left = () =>
      sql.rows<{ title: string }>(
        `SELECT title FROM carillon.notifications WHERE user_id = 'keeper' ORDER BY created_at DESC`,
      );
    setClock(-48 * HOUR_MS);
    await app.app.get(CleanupService, { strict: false }).run();
    expect(await left()).toHaveLength(3);
    setClock(12 * HOUR_MS);
    await app.app.get(CleanupService, { strict: false }).run();
    expect((await left()).map(({ title }) => title)).toEqual(['01:00:00', '89 days']);
  });
});
