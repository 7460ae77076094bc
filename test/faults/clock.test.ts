import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import { Clock } from '../../src/common/clock.js';
import { startApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget } from '../webhooks/support/targets.js';
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

/** The clock of this process; the database keeps its own. */
function setClock(offsetMs: number): void {
  jest.spyOn(Clock.prototype, 'now').mockImplementation(() => new Date(Date.now() + offsetMs));
}

describe('a clock that jumps', () => {
  it('leaves ids, pages, counts and webhooks right', async () => {
    const user = app.as('jumper');
    await user
      .post('/v1/webhooks')
      .send({ name: 'sink', kind: 'generic', url: sink.url, events: '*' })
      .expect(201);
    const began = performance.now();
    let sent = 0;
    for (const hours of JUMPS) {
      setClock(hours * HOUR_MS);
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
