import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { UserDataService } from '../../src/cleanup/user-data.service.js';
import { Database } from '../../src/database/database.js';
import { until } from '../faults/support/wait.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { subscriptionAt, VAPID } from '../support/push.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';
import { makeWorld } from '../security/world.js';

const USER = 'owner 0';
const PATH = `/v1/users/${encodeURIComponent(USER)}`;

let t: TestApp;
let sql: Sql;
beforeAll(async () => {
  Logger.overrideLogger(false);
  t = await startApp({ push: VAPID, webhooks: { allowNetworks: ['127.0.0.1/32'] } });
  sql = await connect(t.databaseUrl);
  await makeWorld(t, 3);
});
afterAll(async () => {
  await sql.end();
  await t.close();
});

/** The rows of every table that names the user, whatever its columns are called. */
async function rowsOf(userId: string): Promise<Record<string, number>> {
  const columns = await sql.rows<{ table: string; column: string; list: boolean }>(
    `SELECT c.table_name AS table, c.column_name AS column, c.data_type = 'ARRAY' AS list
     FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name)
     WHERE c.table_schema = 'carillon' AND c.column_name ~ 'user_ids?$' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { table, column, list } of columns) {
    const condition = list ? `$1 = ANY (${column})` : `${column} = $1`;
    counts[table] = await sql.number(`SELECT count(*) FROM carillon.${table} WHERE ${condition}`, [userId]);
  }
  return counts;
}

/** Puts a row of the user into each table that has none: a table that is made later is filled as well. */
async function fillAll(userId: string): Promise<void> {
  for (const [table, count] of Object.entries(await rowsOf(userId))) {
    if (count > 0) continue;
    const columns = await sql.rows<{ name: string; type: string; first: string | null }>(
      `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
         substring(pg_get_constraintdef(k.oid) FROM '''([a-z]+)''') AS first
       FROM pg_attribute a LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)
       WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
         AND NOT a.atthasdef AND a.attidentity = ''`,
      [`carillon.${table}`],
    );
    const values = columns.map(({ name, type, first }) => {
      if (name === 'user_id') return '$1';
      if (first !== null) return `'${first}'`;
      if (type === 'uuid') return 'gen_random_uuid()';
      if (type.startsWith('timestamp')) return 'now()';
      if (type.endsWith('[]')) return `'{}'`;
      return { boolean: 'false', jsonb: `'{}'` }[type] ?? (/int|numeric/.test(type) ? '1' : `'x'`);
    });
    await sql.rows(
      `INSERT INTO carillon.${table} (${columns.map(({ name }) => name).join(', ')}) VALUES (${values.join(', ')})`,
      [userId],
    );
  }
}

it('exports everything of a user as one JSON, from every table, without secrets', async () => {
  await fillAll(USER);
  const { text } = await t.producer.get(`${PATH}/export`).buffer().expect(200);
  const exported = JSON.parse(text) as Record<string, unknown>;
  const { event_recipients: _, ...stored } = await rowsOf(USER);
  const counts = Object.entries(exported).flatMap(([name, rows]) =>
    Array.isArray(rows) ? [[name, rows.length]] : [],
  );
  expect(Object.fromEntries(counts)).toMatchObject({ notifications: 3, contacts: 1, user_settings: 1 });
  expect(Object.keys(stored).filter((table) => !(table in exported))).toEqual([]);
  expect(exported).toMatchObject({ id: USER, email: 'owner@example.com' });
  expect(text).not.toMatch(/"\w+_(box|hash|secrets)"|"p256dh"|owner 1/);
});

it('exports the addresses that the user has named, decrypted, and not what is sent with', async () => {
  const user = t.as('named');
  const { endpoint, keys } = subscriptionAt('https://push.example.com/named');
  await user.post('/v1/push/subscriptions').send({ subscription: { endpoint, keys } }).expect(201);
  const webhooks = [
    { name: 'signed', kind: 'generic', url: 'http://127.0.0.1:9/hook?of=named', events: '*' },
    {
      name: 'with a token',
      kind: 'ntfy',
      url: 'http://127.0.0.1:9/topic',
      events: '*',
      token: 'tk_its_token',
    },
  ];
  const [signed] = await Promise.all(
    webhooks.map((webhook) => user.post('/v1/webhooks').send(webhook).expect(201)),
  );
  const exported = async () => {
    const { text } = await t.producer.get('/v1/users/named/export').buffer().expect(200);
    for (const secret of [keys.p256dh, keys.auth, signed?.body.webhook.secret as string, 'tk_its_token'])
      expect(text).not.toContain(secret);
    return JSON.parse(text) as Record<string, unknown>;
  };
  expect(await exported()).toMatchObject({
    push_subscriptions: [{ endpoint }],
    webhook_endpoints: expect.arrayContaining(
      webhooks.map(({ name, url }) => expect.objectContaining({ name, url })),
    ),
  });
  await sql.rows(`UPDATE carillon.push_subscriptions SET endpoint_box = 'v1.lost.x' WHERE user_id = 'named'`);
  await sql.rows(`UPDATE carillon.push_subscriptions SET auth_box = NULL WHERE user_id = 'named'`);
  expect(await exported()).toMatchObject({ push_subscriptions: [{ endpoint: null }] });
});

it('exports more users at once than there are connections, or says that it is too many', async () => {
  const users = Array.from({ length: 12 }, (_, n) => `exported ${n}`);
  const answers = await Promise.all(users.map((id) => t.producer.get(`/v1/users/${id}/export`).buffer()));
  const said = answers.map(({ status, body }) => (status === 200 ? 200 : (body as { code: string }).code));
  expect(said).toContain(200);
  // Not that the database is away, because each waits for a connection of another one.
  expect(said.filter((one) => one !== 200 && one !== 'overloaded')).toEqual([]);
});

it('leaves connections to everything else while an export is not read on', async () => {
  const data = t.app.get(UserDataService, { strict: false });
  const readers = ['slow', 'slower'].map((id) => data.export(id));
  const [slow] = readers;
  await slow?.next();
  await expect(readers[1]?.next()).rejects.toMatchObject({ code: 'overloaded' });
  await t.as('other').get('/v1/notifications/unread-count').expect(200);
  await slow?.return(undefined);
  await expect(data.export('slower').next()).resolves.toMatchObject({ done: false });
});

it('erases a user from every table, and from those of the events, and no other user', async () => {
  const alone = await t.post({ type: 'job_failed', user_ids: [USER], title: 'for one alone' });
  const shared = await t.post({
    type: 'job_failed',
    user_ids: ['owner 1', USER, 'owner 2'],
    title: 'for three',
  });
  await fillAll(USER);
  const others = await rowsOf('owner 1');
  // The relay moves changes to the log whenever it likes.
  const { inbox_changes: _, ...filled } = await rowsOf(USER);
  expect(Object.entries(filled).filter(([, count]) => count === 0)).toEqual([]);

  const { body } = await t.producer.delete(PATH).expect(200);
  expect(body).toMatchObject({ id: USER, erased: { notifications: 3, contacts: 1, user_settings: 1 } });
  // That the inbox is another one now, for pages that are open.
  const told = await rowsOf(USER);
  expect({ ...told, inbox_changes: 0, inbox_log: 0 }).toEqual(
    Object.fromEntries(Object.keys(told).map((name) => [name, 0])),
  );
  const kinds = `SELECT count(*) FROM (SELECT user_id, kind FROM carillon.inbox_changes UNION ALL SELECT user_id, kind FROM carillon.inbox_log) x
    WHERE user_id = $1 AND kind <> 'reset'`;
  expect(await sql.number(kinds, [USER])).toBe(0);
  const after = await rowsOf('owner 1');
  for (const table of ['notifications', 'preferences', 'contacts', 'event_recipients', 'webhook_endpoints'])
    expect([table, after[table]]).toEqual([table, others[table]]);
  await t.producer.get(`/v1/events/${alone.id}`).expect(404);
  const report = await t.producer.get(`/v1/events/${shared.id}`).expect(200);
  expect(report.text).toContain('"owner 1"');
  expect(report.text).toContain('"owner 2"');
  expect(report.text).not.toContain(USER);

  expect(report.body).toMatchObject({ total: 2, cursor: null });

  const again = await t.producer.delete(PATH).expect(200);
  expect(again.body).toMatchObject({ erased: { notifications: 0, event_recipients: 0 } });
});

it('deletes an event with the last of its recipients', async () => {
  const users = ['leaves first', 'leaves last'];
  const { id } = await t.post({ type: 'job_failed', user_ids: users, title: 'for two' });
  await t.producer.delete('/v1/users/leaves%20first').expect(200);
  await t.producer.get(`/v1/events/${id}`).expect(200);
  await t.producer.delete('/v1/users/leaves%20last').expect(200);
  await t.producer.get(`/v1/events/${id}`).expect(404);
});

it('deletes an event whose recipients are erased at the same time', async () => {
  const users = Array.from({ length: 8 }, (_, at) => `together-${at}`);
  const { id } = await t.post({ type: 'job_failed', user_ids: users, title: 'for eight' });
  await Promise.all(users.map((user) => t.producer.delete(`/v1/users/${user}`).expect(200)));
  await t.producer.get(`/v1/events/${id}`).expect(404);
});

it('erases a user although PostgreSQL breaks a deadlock of the last step', async () => {
  const turn = t.app.get(Database, { strict: false }).lock('relay');
  const takeTurn = 'SELECT pg_advisory_xact_lock($1, $2)';
  const waiting = () =>
    sql.number(`SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
      WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`);
  await t.post({ type: 'job_failed', user_ids: ['tangled'], title: 'T' });
  await until(async () => (await sql.number('SELECT count(*) FROM carillon.inbox_changes')) === 0);
  const [first, other] = await Promise.all([connect(t.databaseUrl), connect(t.databaseUrl)]);
  await first.rows('BEGIN');
  await first.rows(takeTurn, turn);
  const erasure = t.producer.delete('/v1/users/tangled').then(({ status }) => status);
  await until(async () => (await waiting()) === 1);
  // It holds the row that the erasure needs next, waits for the turn behind it, and leaves the deadlock to it.
  await other.rows('BEGIN');
  await other.rows(`SET LOCAL deadlock_timeout = '1h'`);
  await other.rows(`SELECT FROM carillon.inbox_totals WHERE user_id = 'tangled' FOR UPDATE`);
  const others = other.rows(takeTurn, turn);
  await until(async () => (await waiting()) === 2);
  await first.rows('COMMIT');
  await others;
  await other.rows('COMMIT');
  await Promise.all([first.end(), other.end()]);
  expect(await erasure).toBe(200);
  expect(await sql.rows(`SELECT FROM carillon.inbox_totals WHERE user_id = 'tangled'`)).toEqual([]);
});

it('tells open pages, and counts rightly what comes afterwards', async () => {
  const event = { type: 'job_failed', user_ids: ['open'], title: 'T' };
  for (let at = 0; at < 3; at += 1) await t.post(event);
  const stream = await StreamReader.open(`${t.url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf('open')}`,
  });
  await t.producer.delete('/v1/users/open').expect(200);
  await stream.until(({ ended }) => ended || stream.of('reset').length > 0);
  expect(stream.ended).toBe(false);
  stream.close();
  await t.post(event);
  await t.as('open').get('/v1/notifications/unread-count').expect(200, { count: 1 });
});
