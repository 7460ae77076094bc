import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKeyService } from '../../src/auth/api-key.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { StatementRecorder } from '../support/plans.js';
import { Database } from '../../src/database/database.js';
import { connect, type Sql } from '../support/sql.js';

let t: TestApp;
let sql: Sql;
beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await t.close();
});

const put = (id: string, body: object) => t.producer.put(`/v1/users/${encodeURIComponent(id)}`).send(body);
const read = async (id: string) =>
  (await t.producer.get(`/v1/users/${encodeURIComponent(id)}`).expect(200)).body as { user: object };

const ANNA = {
  email: 'Anna@Example.com',
  name: 'Anna',
  locale: 'de-AT',
  time_zone: 'Europe/Vienna',
  team_ids: ['red', 'blue'],
};

describe('a contact', () => {
  it('is made, merged and cleared field by field', async () => {
    const made = await put('anna', { ...ANNA, locale: 'de-at' }).expect(200);
    const times = { created_at: expect.any(String), updated_at: expect.any(String) };
    expect(made.body).toEqual({ user: { id: 'anna', ...ANNA, ...times } });
    await put('anna', { name: null, team_ids: ['red', 'red'] }).expect(200);
    expect(await read('anna')).toMatchObject({ user: { ...ANNA, name: null, team_ids: ['red'] } });
    await put('anna', { email: null, team_ids: null }).expect(200);
    expect(await read('anna')).toMatchObject({ user: { email: null, team_ids: [], locale: 'de-AT' } });
  });

  it('is made by an empty body too, and not there before', async () => {
    const unknown = await t.producer.get('/v1/users/empty').expect(404);
    expect(unknown.body).toMatchObject({ code: 'not_found', detail: 'No such user.' });
    await put('empty', {}).expect(200);
    expect(await read('empty')).toMatchObject({ user: { id: 'empty', email: null, team_ids: [] } });
  });

  it('knows since when its address is another one', async () => {
    const changed = async () => {
      const [row] = await sql.rows(
        `SELECT email_changed_at AS at FROM carillon.contacts WHERE user_id = 'mover'`,
      );
      return row?.['at'] as Date | null;
    };
    await put('mover', { name: 'M' }).expect(200);
    expect(await changed()).toBeNull();
    await put('mover', { email: 'a@example.com' }).expect(200);
    const first = await changed();
    await put('mover', { email: 'A@example.com', name: 'N' }).expect(200);
    expect(await changed()).toEqual(first);
    await put('mover', { email: 'b@example.com' }).expect(200);
    expect((await changed())?.getTime()).toBeGreaterThan(first?.getTime() as number);
  });

  it.each(['a/b', 'ü 👩', '__proto__', '42', 'x'.repeat(128)])('may be of the user %j', async (id) => {
    await put(id, { name: 'N' }).expect(200);
    await t.producer
      .put('/v1/users')
      .send({ users: [{ id, locale: 'fr' }] })
      .expect(200, { upserted: 1 });
    expect(await read(id)).toMatchObject({ user: { id, name: 'N', locale: 'fr' } });
  });

  it('is refused with every wrong place, and nothing is stored', async () => {
    const refused = await put('wrong', { email: 'x', time_zone: 'Mars/Base', age: 7 }).expect(400);
    const paths = (refused.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths.sort()).toEqual(['age', 'email', 'time_zone']);
    await put('x'.repeat(129), {}).expect(400);
    await t.producer.get('/v1/users/wrong').expect(404);
  });

  it('needs a key with the scope users', async () => {
    const keys = t.app.get(ApiKeyService, { strict: false });
    const { key } = await keys.create('events only', ['events']);
    for (const path of ['/v1/users', '/v1/users/anna']) {
      const refused = await t.http.put(path).set('X-API-Key', key).send({}).expect(403);
      expect(refused.body).toMatchObject({
        code: 'missing_scope',
        detail: expect.stringContaining('"users"'),
      });
    }
  });
});

describe('many contacts', () => {
  it('are made and merged at once, by as many statements as one', async () => {
    const users = Array.from({ length: 1_000 }, (_, n) => ({ id: `many-${n}`, ...ANNA, name: `N${n}` }));
    const { dataSource } = t.app.get(Database, { strict: false });
    const sent = await new StatementRecorder(dataSource).during(() =>
      t.producer.put('/v1/users').send({ users }).expect(200, { upserted: 1_000 }),
    );
    // Whose key it is, is asked before the first request, and once in a while after it.
    const names = sent.flatMap(({ name }) => name?.replace(/\.\w+$/, '') ?? []);
    expect(names.filter((name) => !name.startsWith('api_keys'))).toEqual([
      'contacts.lock-zones',
      'contacts.upsert',
      'changedTimes.add',
    ]);
    const second = [{ id: 'many-7', email: null }, { id: 'many-8', name: null }, { id: 'many-new' }];
    await t.producer.put('/v1/users').send({ users: second }).expect(200, { upserted: 3 });
    expect(await read('many-7')).toMatchObject({ user: { ...ANNA, email: null, name: 'N7' } });
    expect(await read('many-8')).toMatchObject({ user: { ...ANNA, name: null } });
    expect(await read('many-999')).toMatchObject({ user: { ...ANNA, name: 'N999' } });
  });

  it('leave connections to everything else, however many such requests there are', async () => {
    await put('held', {}).expect(200);
    await sql.rows('BEGIN');
    await sql.rows(`SELECT 1 FROM carillon.contacts WHERE user_id = 'held' FOR UPDATE`);
    const answers = Array.from({ length: 8 }, () =>
      t.producer
        .put('/v1/users')
        .send({ users: [{ id: 'held', name: 'N' }] })
        .then(({ status }) => status),
    );
    const waiting = `SELECT count(*) FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    while ((await sql.number(waiting)) === 0);
    await t.as('held').get('/v1/notifications/unread-count').expect(200);
    await sql.rows('ROLLBACK');
    expect(await Promise.all(answers)).toEqual(answers.map(() => 200));
  });

  it('are refused when too many such requests wait, and those that wait are answered', async () => {
    await put('awaited', {}).expect(200);
    await sql.rows('BEGIN');
    await sql.rows(`SELECT 1 FROM carillon.contacts WHERE user_id = 'awaited' FOR UPDATE`);
    // One that has its turn, which is a third of the connections here, as many as may wait, and one more.
    const asked = Array.from({ length: 1 + 32 + 1 }, () =>
      t.producer.put('/v1/users').send({ users: [{ id: 'awaited', name: 'N' }] }),
    );
    const answers = asked.map((request) => request.then((answer) => answer));
    const refused = await Promise.race(answers);
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'overloaded', detail: 'Too many costly requests are running.' },
    });
    await sql.rows('ROLLBACK');
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200)).toEqual([503]);
  });

  it('are refused together, each wrong place by its number', async () => {
    const users = [
      { id: 'good', email: 'a@example.com' },
      { id: 'bad', email: 'nope' },
      { id: 'good' },
      { email: 'a@example.com' },
      7,
    ];
    const refused = await t.producer.put('/v1/users').send({ users }).expect(400);
    expect((refused.body as { errors: object }).errors).toEqual([
      { path: 'users[1].email', message: expect.stringContaining('e-mail address') },
      { path: 'users[2].id', message: 'is there already' },
      { path: 'users[3].id', message: expect.any(String) },
      { path: 'users[4]', message: 'must be an object' },
    ]);
    await t.producer.get('/v1/users/good').expect(404);
    for (const wrong of [[], 'x', undefined, Array(1_001).fill({ id: 'x' })])
      await t.producer.put('/v1/users').send({ users: wrong }).expect(400);
  });

  it('of two requests at once are all merged, in whatever order', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `race-${n}`);
    const names = ids.map((id) => ({ id, name: 'N' }));
    const locales = ids.toReversed().map((id) => ({ id, locale: 'fr' }));
    const send = (users: object[]) => t.producer.put('/v1/users').send({ users }).expect(200);
    await Promise.all([send(names), send(locales), send(names), send(locales)]);
    const merged = `SELECT count(*) FROM carillon.contacts WHERE user_id LIKE 'race-%' AND name = 'N' AND locale = 'fr'`;
    expect(await sql.number(merged)).toBe(200);
  });
});

describe('what users set themselves', () => {
  const NOTHING = { quiet_hours: null, paused_until: null, digest_at: null, digest_day: null };

  it('is nothing at first: what the application says holds', async () => {
    await put('me-1', ANNA).expect(200);
    const { email, name, locale, time_zone } = ANNA;
    await t
      .as('me-1')
      .get('/v1/me')
      .expect(200, { id: 'me-1', email, name, locale, time_zone, ...NOTHING });
  });

  it('is shown, comes before what is synced later, and is taken back by null', async () => {
    const me = t.as('me-2');
    const set = {
      locale: 'fr',
      time_zone: 'Europe/Paris',
      quiet_hours: { from: '22:00', to: '07:00', days: ['mon', 'sun'] },
      paused_until: '2030-01-01T09:00:00.000Z',
      digest_at: '08:00',
      digest_day: 'mon',
    };
    const changed = await me
      .patch('/v1/me')
      .send({ ...set, paused_until: '2030-01-01T10:00:00+01:00' })
      .expect(200);
    expect(changed.body).toEqual({ id: 'me-2', email: null, name: null, ...set });
    await put('me-2', ANNA).expect(200);
    await me.patch('/v1/me').send({ digest_at: null }).expect(200);
    const shown = { id: 'me-2', email: ANNA.email, name: ANNA.name, ...set, digest_at: null };
    await me.get('/v1/me').expect(200, shown);
    await me.patch('/v1/me').send({ locale: null, quiet_hours: null }).expect(200);
    await me.get('/v1/me').expect(200, { ...shown, locale: ANNA.locale, quiet_hours: null });
    expect(await read('me-2')).toMatchObject({ user: ANNA });
  });

  it('is refused with every wrong place', async () => {
    const body = { email: 'x@example.com', locale: '-', quiet_hours: { from: 'x' }, nope: 1 };
    const refused = await t.as('me-3').patch('/v1/me').send(body).expect(400);
    const paths = (refused.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths.sort()).toEqual(['email', 'locale', 'nope', 'quiet_hours.from', 'quiet_hours.to']);
    expect(await sql.number(`SELECT count(*) FROM carillon.user_settings WHERE user_id = 'me-3'`)).toBe(0);
  });
});
