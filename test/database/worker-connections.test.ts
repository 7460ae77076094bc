import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../faults/support/wait.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';

const USER = 'user';

let t: TestApp;
let sql: Sql;
let target: FakeTarget;
beforeAll(async () => {
  target = await FakeTarget.start(answer(200));
  t = await startApp({ webhooks: { allowNetworks: ['127.0.0.1/32'] } });
  sql = await connect(t.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await t.close();
  await target.stop();
});

const count = async (text: string): Promise<number> =>
  (await sql.rows<{ count: number }>(`SELECT count(*)::int AS count FROM ${text}`))[0]!.count;

it('changes are announced and webhooks sent while requests hold every connection of theirs', async () => {
  await t
    .as(USER)
    .post('/v1/webhooks')
    .send({ name: 'n', kind: 'generic', url: `${target.url}/`, events: '*' })
    .expect(201);
  await t.post({ type: 'job_failed', user_ids: [USER], title: 'T' });
  const delivered = `carillon.deliveries WHERE status = 'delivered'`;
  await until(async () => (await count(delivered)) === 1);

  const holder = await connect(t.databaseUrl);
  await holder.rows('BEGIN');
  await holder.rows('LOCK carillon.preferences IN ACCESS EXCLUSIVE MODE');
  const asked = Array.from({ length: 5 }, (_, at) =>
    t
      .as(`waiting ${at}`)
      .get('/v1/preferences')
      .then(({ status }) => status),
  );
  await until(
    async () =>
      (await count(`pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)) === 5,
  );

  await sql.rows(`INSERT INTO carillon.inbox_changes (user_id, kind) VALUES ($1, 'reset')`, [USER]);
  await sql.rows(
    `UPDATE carillon.deliveries SET status = 'pending', next_attempt_at = now(), finished_at = NULL`,
  );
  await until(async () => (await count(`carillon.inbox_log WHERE kind = 'reset'`)) === 1);
  await until(async () => target.received.length === 2 && (await count(delivered)) === 1);

  await holder.rows('ROLLBACK');
  await holder.end();
  expect(await Promise.all(asked)).toEqual([200, 200, 200, 200, 200]);
});
