import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';

let t: TestApp;
let sql: Sql;
let target: FakeTarget;

beforeAll(async () => {
  target = await FakeTarget.start(answer(200));
  t = await startApp({ webhooks: { allowNetworks: ['127.0.0.0/8'] } });
  sql = await connect(t.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await t.close();
  await target.stop();
});

const report = async (id: string, query = '') =>
  (await t.producer.get(`/v1/events/${id}${query}`).expect(200)).body;

/** What is said about webhooks for each recipient. */
async function webhookStatus(id: string): Promise<string[]> {
  const { recipients } = await report(id);
  return recipients.map((one: { webhook: { status: string } }) => one.webhook.status);
}

describe('GET /v1/events/:id', () => {
  it('tells a delivery that was cleaned up from one that never was', async () => {
    await t
      .as('anna')
      .post('/v1/webhooks')
      .send({ name: 'mine', kind: 'generic', url: target.url, events: '*' })
      .expect(201);
    const event = { type: 'job_failed', user_ids: ['anna', 'ben'], title: 'T' };
    const { id } = await t.post(event);
    await target.waitFor(1);
    while ((await sql.number(`SELECT count(*) FROM carillon.deliveries WHERE status = 'pending'`)) > 0);
    expect(await webhookStatus(id)).toEqual(['sent', 'no_endpoint']);

    const age = (days: number) =>
      sql.rows(`UPDATE carillon.events SET created_at = now() - ${days} * interval '1 day'`);
    await age(29);
    expect(await webhookStatus(id)).toEqual(['sent', 'no_endpoint']);
    await age(31);
    await sql.rows(
      `UPDATE carillon.deliveries SET id = carillon.uuid_v7(now() - interval '31 days'), finished_at = now() - interval '31 days'`,
    );
    await t.app.get(CleanupService, { strict: false }).run();
    expect(await webhookStatus(id)).toEqual(['not_kept', 'not_kept']);
  });

  it('pages through its recipients, and refuses a cursor behind the last of them', async () => {
    const users = ['a', 'b', 'c', 'd', 'e'];
    const { id } = await t.post({ type: 'job_failed', user_ids: users, title: 'T' });
    const seen: string[] = [];
    for (let query = '?limit=2'; query;) {
      const page = await report(id, query);
      seen.push(...page.recipients.map((one: { user_id: string }) => one.user_id));
      query = page.cursor && `?limit=2&cursor=${page.cursor}`;
    }
    expect(seen).toEqual(users);
    for (const cursor of ['5', '6', '999999', '0', 'x']) {
      const { body } = await t.producer.get(`/v1/events/${id}?cursor=${cursor}`).expect(400);
      expect(body.code).toBe('invalid_cursor');
    }
  });
});
