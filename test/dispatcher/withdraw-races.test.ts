import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { until } from '../faults/support/wait.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectExactCounts } from '../support/inbox-counts.js';
import { connect, type Sql } from '../support/sql.js';

// A thousand events each; a busy machine gets its time.
jest.setTimeout(240_000);

const EVENTS = 1_000;
/** At once: the cancels of some meet the claims of others. */
const AT_ONCE = 25;
const USER = 'racer';

let t: TestApp;
/** A second process would do the same: its own pool, loops and workers, on the same database. */
let other: TestApp;
let sql: Sql;
let sink: FakeTarget;

beforeAll(async () => {
  sink = await FakeTarget.start(answer(204));
  const webhooks = { allowNetworks: ['127.0.0.0/8'] };
  t = await startApp({ webhooks });
  other = await startApp({ webhooks, database: { url: t.databaseUrl } });
  sql = await connect(t.databaseUrl);
  const hook = { name: 'n', kind: 'generic', url: sink.url, events: '*' };
  await t.as(USER).post('/v1/webhooks').send(hook).expect(201);
});
afterAll(async () => {
  await expectExactCounts(sql);
  await sql.end();
  await other.close();
  await t.close();
  await sink.stop();
});

interface Answer {
  id: string;
  status: string;
  sent: number;
}

/** Each event is made and called back, after a while that is another each time, by the one process or the other. */
async function callBackMany(make: (at: number) => Promise<string>): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const one = async () => {
    while (next < EVENTS) {
      const at = next++;
      const id = await make(at);
      await new Promise((wake) => setTimeout(wake, Math.random() * 25));
      const { producer } = at % 2 === 0 ? t : other;
      const { body } = await producer.delete(`/v1/events/${id}`).expect(200);
      const again = await t.producer.delete(`/v1/events/${id}`).expect(200);
      expect(again.body).toEqual(body);
      answers.push({ id, status: body.event.status, sent: body.already_sent?.webhook ?? 0 });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return answers;
}

const received = () =>
  new Set(
    sink.received.map(
      ({ body }) =>
        (JSON.parse(body) as { data: { notification: { title: string } } }).data.notification.title,
    ),
  );

const pending = () =>
  sql.number(`SELECT count(*) FROM carillon.deliveries WHERE status IN ('pending', 'waiting')`);

it('a scheduled event is cancelled, or sent', async () => {
  const answers = await callBackMany(async (at) => {
    const sendAt = new Date(Date.now() + 60_000).toISOString();
    const { id } = await t.post({
      type: 'job_failed',
      user_ids: [USER],
      title: `later ${at}`,
      send_at: sendAt,
    });
    // Half of them are due by then.
    if (at % 2 === 0) await sql.rows(`UPDATE carillon.events SET send_at = now() WHERE id = $1`, [id]);
    return id;
  });
  await until(async () => (await pending()) === 0, 100);
  const [row] = await sql.rows<{ cancelled: string; withdrawn: string; traces: string }>(
    `SELECT count(*) FILTER (WHERE status = 'cancelled') AS cancelled, count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn,
       count(*) FILTER (WHERE status = 'cancelled' AND (sent_at IS NOT NULL
         OR EXISTS (SELECT FROM carillon.deliveries d WHERE d.event_id = e.id)
         OR EXISTS (SELECT FROM carillon.notifications n WHERE n.event_id = e.id))) AS traces
     FROM carillon.events e WHERE title LIKE 'later %'`,
  );
  const count = (wanted: string) => answers.filter(({ status }) => status === wanted).length;
  expect(row).toEqual({
    cancelled: `${count('cancelled')}`,
    withdrawn: `${count('withdrawn')}`,
    traces: '0',
  });
  expect(count('cancelled') + count('withdrawn')).toBe(EVENTS);
  expect(await sql.number(`SELECT count(*) FROM carillon.notifications`)).toBe(0);
});

it('a delivery is cancelled, or counted as sent', async () => {
  const answers = await callBackMany(
    async (at) => (await t.post({ type: 'job_failed', user_ids: [USER], title: `now ${at}` })).id,
  );
  await until(async () => (await pending()) === 0, 100);
  const rows = await sql.rows<{ id: string; title: string; status: string }>(
    `SELECT e.id, e.title, d.status FROM carillon.events e JOIN carillon.deliveries d ON d.event_id = e.id WHERE e.title LIKE 'now %'`,
  );
  const sent = received();
  const sentOf = new Map(answers.map((one) => [one.id, one.sent]));
  const seen = rows.map(({ id, title, status }) => [status, sent.has(title), sentOf.get(id)]);
  // What was cancelled never came, and was not counted; everything else was counted.
  const allowed = [
    ['cancelled', false, 0],
    ['delivered', true, 1],
    // Leased when it was called back, and given back before it was sent.
    ['skipped', false, 1],
  ];
  expect(seen.filter((one) => !allowed.some((each) => JSON.stringify(each) === JSON.stringify(one)))).toEqual(
    [],
  );
  expect(rows).toHaveLength(EVENTS);
  for (const status of ['cancelled', 'delivered']) expect(rows.map((row) => row.status)).toContain(status);
  expect(await sql.number(`SELECT count(*) FROM carillon.notifications`)).toBe(0);
});
