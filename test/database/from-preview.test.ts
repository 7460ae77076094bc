import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import supertest from 'supertest';
import { PREVIEW_MIGRATIONS } from '../../migrations/preview.js';
import { openDatabase } from '../../src/database/data-source.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { catalogueOf } from '../support/catalogue.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { build, Program, temporaryFolder } from '../support/program.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';
import { ANSWERS, createPreviewDatabase } from './preview/load.js';

// Whole processes are started here, a second or two each, and more on a busy machine.
jest.setTimeout(120_000);

const folder = temporaryFolder();
const cleanUp: (() => Promise<unknown> | void)[] = [];

beforeAll(build);
afterAll(() => folder.remove());
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

/** A database that is dropped after the test, and a connection to it. */
async function use(made: Promise<TestDatabase>): Promise<{ url: string; sql: Sql }> {
  const database = await made;
  const sql = await connect(database.url);
  cleanUp.push(database.drop, sql.end);
  return { url: database.url, sql };
}

function start(url: string, args: string[], schema = 'carillon'): Program {
  const environment = {
    DATABASE_URL: url,
    CARILLON_DATA_DIR: `${folder.path}/data`,
    CARILLON_SCHEMA: schema,
  };
  return Program.start('cli/main.js', ['migrate', ...args], folder.path, environment);
}

async function migrate(
  url: string,
  args: string[],
  schema?: string,
): Promise<Pick<Program, 'stdout' | 'stderr'> & { code: number | null }> {
  const program = start(url, args, schema);
  const code = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** Everything that must be as before when nothing was carried over. */
async function stateOf(sql: Sql): Promise<unknown> {
  return {
    catalogue: await catalogueOf(sql, 'carillon'),
    ran: await sql.rows('SELECT * FROM carillon.migrations ORDER BY id'),
    rows: await sql.number('SELECT count(*) FROM carillon.notifications'),
  };
}

describe('a database of the preview', () => {
  let preview: { url: string; sql: Sql };
  beforeEach(async () => {
    preview = await use(createPreviewDatabase());
  });

  it('is refused by a start and by migrate, with the command that carries it over', async () => {
    const before = await stateOf(preview.sql);
    await expect(startApp({ database: { url: preview.url } })).rejects.toMatchObject({
      name: 'DatabaseStartError',
      message: expect.stringContaining('"carillon migrate --from-preview"'),
    });
    const { code, stderr } = await migrate(preview.url, []);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('migrate --from-preview'),
    });
    expect(await stateOf(preview.sql)).toEqual(before);
  });

  it('becomes what a fresh one is, under any name, and says what was carried over', async () => {
    await preview.sql.rows('ALTER SCHEMA carillon RENAME TO second_carillon');
    const database = { schema: 'second_carillon', poolSize: 1 };
    const carried = await migrate(preview.url, ['--from-preview'], database.schema);
    expect(carried).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Carried over: API keys 2, .*\bnotifications 55\b.*\nThe database is up to date.\n$/,
      ),
    });
    const fresh = await use(createEmptyDatabase());
    await (await openDatabase({ ...database, url: fresh.url })).destroy();
    const [made, begun] = await Promise.all(
      [preview, fresh].map(({ sql }) => catalogueOf(sql, database.schema)),
    );
    expect(made).toEqual(begun);
    const ledger = 'SELECT timestamp, name FROM second_carillon.migrations ORDER BY id';
    expect(await preview.sql.rows(ledger)).toEqual(await fresh.sql.rows(ledger));

    const again = await migrate(preview.url, ['--from-preview'], database.schema);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('there is nothing to carry over'),
    });
  });

  it('is left as it was by a process that is killed in the middle', async () => {
    const before = await stateOf(preview.sql);
    // The last step waits for a lock of the test's.
    await preview.sql.rows(`
      CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN old; END';
      CREATE TRIGGER wait BEFORE DELETE ON carillon.migrations FOR EACH ROW EXECUTE FUNCTION public.wait();
      SELECT pg_advisory_lock(1)`);
    const program = start(preview.url, ['--from-preview']);
    const waiting = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted`;
    while ((await preview.sql.number(waiting)) === 0);
    await program.end('SIGKILL');
    await preview.sql.rows('SELECT pg_advisory_unlock(1)');
    const others = `SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'carillon-migrate'`;
    while ((await preview.sql.number(others)) > 0);
    await preview.sql.rows('DROP TRIGGER wait ON carillon.migrations');
    expect(await stateOf(preview.sql)).toEqual(before);

    expect(await migrate(preview.url, ['--from-preview'])).toMatchObject({ code: 0 });
  });

  it('is left alone while Carillon is connected to it', async () => {
    const before = await stateOf(preview.sql);
    const url = new URL(preview.url);
    url.searchParams.set('application_name', 'carillon');
    const server = await connect(url.href);
    const refused = await migrate(preview.url, ['--from-preview']);
    await server.end();
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(
        'Carillon is connected to this database (1 connection, from 127.0.0.1)',
      ),
    });
    expect(await stateOf(preview.sql)).toEqual(before);
  });

  it('is left alone while another session uses its tables', async () => {
    await preview.sql.rows('BEGIN');
    await preview.sql.rows('SELECT FROM carillon.preferences');
    const refused = await migrate(preview.url, ['--from-preview']);
    await preview.sql.rows('COMMIT');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Another session uses tables'),
    });
    expect(await migrate(preview.url, ['--from-preview'])).toMatchObject({ code: 0 });
  });

  it('that has not run all of the preview’s migrations needs the preview first', async () => {
    await preview.sql.rows('DELETE FROM carillon.migrations WHERE name = $1', [PREVIEW_MIGRATIONS.at(-1)]);
    const before = await stateOf(preview.sql);
    expect(await migrate(preview.url, [])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--from-preview'),
    });
    expect(await migrate(preview.url, ['--from-preview'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has run 11 of the 12 migrations of the last preview'),
    });
    expect(await stateOf(preview.sql)).toEqual(before);
  });
});

it('an empty database is not taken for a preview’s', async () => {
  const empty = await use(createEmptyDatabase());
  const { code, stderr } = await migrate(empty.url, ['--from-preview']);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('check DATABASE_URL') });
  expect(await empty.sql.rows(`SELECT FROM pg_namespace WHERE nspname = 'carillon'`)).toEqual([]);
});

it('a database of a newer version is refused, with what is not known of it', async () => {
  const newer = await use(createTestDatabase());
  await newer.sql.rows(`INSERT INTO carillon.migrations (timestamp, name) VALUES (1, 'Later1999999999999')`);
  for (const args of [[], ['--from-preview']]) {
    expect(await migrate(newer.url, args)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/by a newer version of Carillon, with Later1999999999999/),
    });
  }
});

describe('a database that was carried over', () => {
  let t: TestApp;
  let sql: Sql;
  beforeEach(async () => {
    const preview = await use(createPreviewDatabase());
    ({ sql } = preview);
    expect(await migrate(preview.url, ['--from-preview'])).toMatchObject({ code: 0 });
    const webhooks = { allowNetworks: ['127.0.0.0/8'] };
    const deliveries = { retrySchedule: Array<number>(50).fill(1) };
    t = await startApp({ database: { url: preview.url }, deliveries, webhooks });
    cleanUp.push(t.close);
  });

  it('answers as the preview did: lists, counts, the trash, preferences, endpoints and reports', async () => {
    for (const { user, method, path, body, answer: recorded } of ANSWERS.answers) {
      const caller = user === null ? supertest.agent(t.url).set('X-API-Key', ANSWERS.apiKey) : t.as(user);
      const request = method === 'GET' ? caller.get(path) : caller.post(path).send(body);
      expect({ user, path, answer: (await request.expect(200)).body }).toMatchObject({
        user,
        path,
        answer: recorded,
      });
    }
  });

  it('sends what waited, signed by each secret, the replaced ones too', async () => {
    const target = await FakeTarget.start(answer(200));
    cleanUp.push(() => target.stop());
    const waiting = await sql.rows<{ id: string }>(
      `SELECT id FROM carillon.deliveries WHERE status = 'pending'`,
    );
    const { archive, phone } = ANSWERS;
    await t
      .as('alice')
      .patch(`/v1/webhooks/${archive.id}`)
      .send({ url: `${target.url}/archive` })
      .expect(200);
    await t
      .as('bob')
      .patch(`/v1/webhooks/${phone.id}`)
      .send({ url: `${target.url}/phone` })
      .expect(200);
    await target.waitFor(waiting.length);
    const signed = target.received.filter(({ path }) => path === '/archive');
    const notes = target.received.filter(({ path }) => path !== '/archive');
    expect([signed.length, notes.length]).toEqual([2, 2]);
    for (const { headers, body } of signed) {
      expect(waiting.map(({ id }) => id)).toContain(headers['webhook-id']);
      expect(archive.secrets).toHaveLength(3);
      for (const secret of archive.secrets)
        new Webhook(secret).verify(body, headers as Record<string, string>);
    }
    for (const { headers } of notes) expect(headers.authorization).toBe(`Bearer ${phone.token}`);
  });

  it('replays the answer of an idempotency key', async () => {
    const { key, event, answer: first } = ANSWERS.idempotent;
    const events = await sql.number('SELECT count(*) FROM carillon.events');
    const producer = supertest.agent(t.url).set('X-API-Key', ANSWERS.apiKey);
    const retry = await producer.post('/v1/events').set('Idempotency-Key', key).send(event).expect(200);
    // The preview sent every event at once.
    const sent = { ...(first['event'] as object), status: 'sent', send_at: null };
    expect(retry.body).toEqual({ ...first, event: sent });
    expect(await sql.number('SELECT count(*) FROM carillon.events')).toBe(events);
  });

  it('goes on with a stream, and announces what had not been announced', async () => {
    const { resumeAfter, messages } = ANSWERS.stream;
    const stream = await StreamReader.open(`${t.url}/v1/notifications/stream`, {
      Authorization: `Bearer ${tokenOf('alice')}`,
      'Last-Event-ID': String(resumeAfter),
    });
    cleanUp.push(() => stream.close());
    const titled = (title: string) => (event: { data: { notification?: { title: string } } }) =>
      event.data.notification?.title === title;
    await stream.until(({ events }) => events.some(titled('Committed, and not announced')));
    const got = stream.events.filter(({ event }) => event !== 'unread');
    // A notification is shown as it is now, read or not.
    const known = got.slice(0, messages.length);
    expect(known).toMatchObject(messages.map(({ id, event }) => ({ id, event })));
    expect(known.flatMap(({ data }) => data['ids'] ?? [])).toEqual(
      messages.flatMap(({ data }) => data['ids'] ?? []),
    );
    expect(got.some(titled('The nightly import failed'))).toBe(true);
  });
});
