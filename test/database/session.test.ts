import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { explainFailure } from '../../src/common/database-failure.js';
import { connectionConfig } from '../../src/database/connection.js';
import { openDatabase } from '../../src/database/data-source.js';
import { DatabaseClient } from '../../src/database/client.js';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';

const open = (url: string, schema = 'carillon') => openDatabase({ url, poolSize: 2, schema });

const nameOf = (url: string) => new URL(url).pathname.slice(1);

/** Settings that a database or a role may have, by the way in which they would break what is read or written. */
const ODD_SETTINGS = {
  datestyle: `'SQL, DMY'`,
  intervalstyle: `'sql_standard'`,
  timezone: `'America/New_York'`,
  bytea_output: `'escape'`,
  extra_float_digits: '-15',
  search_path: `'nowhere'`,
  default_transaction_isolation: `'serializable'`,
  default_transaction_deferrable: 'on',
  array_nulls: 'off',
  row_security: 'off',
  lock_timeout: `'1ms'`,
  statement_timeout: `'2s'`,
  idle_session_timeout: `'300ms'`,
  client_encoding: `'LATIN1'`,
  standard_conforming_strings: 'off',
};

/** What a host may do to `pg` for its whole process. */
function spoilPg(): () => void {
  const before = new Map(PARSED.map((type) => [type, pg.types.getTypeParser(type)]));
  for (const type of PARSED) pg.types.setTypeParser(type, (value) => ({ spoiled: value }));
  Object.assign(pg.defaults, { binary: true, parseInputDatesAsUTC: true });
  return () => {
    for (const [type, parser] of before) pg.types.setTypeParser(type, parser);
    Object.assign(pg.defaults, { binary: false, parseInputDatesAsUTC: false });
  };
}
const PARSED = [16, 17, 20, 21, 23, 25, 114, 1009, 1015, 1016, 1082, 1114, 1184, 2950, 3802];

let target: Server;
const received: string[] = [];
beforeAll(() => {
  target = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      received.push(text);
      response.end();
    });
  }).listen(0, '127.0.0.1');
});
afterAll(() => {
  target.closeAllConnections();
  target.close();
});

/** Everything that shows a time, a number or JSON from the database. */
async function useEverything(t: TestApp): Promise<void> {
  const anna = t.as('anna');
  const made = await anna
    .post('/v1/webhooks')
    .send({
      name: 'n',
      kind: 'generic',
      url: `http://127.0.0.1:${(target.address() as AddressInfo).port}/`,
      events: ['*'],
    })
    .expect(201);
  const { id } = (made.body as { webhook: { id: string } }).webhook;
  const data = { at: '2026-03-29T02:30:00', list: [null, 1] };
  const { body } = await t.producer
    .post('/v1/events')
    .set('Idempotency-Key', 'odd')
    .send({ type: 'job_failed', user_ids: ['anna'], title: 'Café 🎉 \\n', data })
    .expect(201);
  const { event } = body as { event: { id: string; created_at: string } };
  const again = await t.producer
    .post('/v1/events')
    .set('Idempotency-Key', 'odd')
    .send({ type: 'job_failed', user_ids: ['anna'], title: 'Café 🎉 \\n', data })
    .expect(200);
  expect(again.body).toEqual(body);

  const list = await anna.get('/v1/notifications').expect(200);
  expect(list.body).toMatchObject({
    notifications: [{ title: 'Café 🎉 \\n', created_at: event.created_at }],
  });
  const { body: count } = await anna.get('/v1/notifications/unread-count').expect(200);
  expect(count).toMatchObject({ count: 1 });
  const report = await t.producer.get(`/v1/events/${event.id}`).expect(200);
  expect(JSON.stringify(report.body)).toContain(`"created_at":"${event.created_at}"`);
  const webhooks = await anna.get('/v1/webhooks').expect(200);
  expect(JSON.stringify(webhooks.body)).toMatch(/"created_at":"20\d\d-\d\d-\d\dT[\d:.]{12}Z"/);
  for (let status = ''; status !== 'delivered';) {
    const { body: page } = await anna.get(`/v1/webhooks/${id}/deliveries`).expect(200);
    status = (page as { deliveries: { status: string }[] }).deliveries[0]?.status ?? '';
  }
  expect(received.at(-1)).toContain('Café 🎉');
  await anna.post('/v1/notifications/mark-all-read').send({}).expect(200);
}

describe('settings of others', () => {
  let database: TestDatabase;
  let sql: Sql;
  let t: TestApp | undefined;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    sql = await connect(database.url);
  });
  afterEach(async () => {
    await t?.close();
    t = undefined;
    await sql.rows('DROP SCHEMA IF EXISTS carillon CASCADE');
  });
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });

  it.each(['the database', 'the URL'])('of %s change nothing', async (place) => {
    const url = new URL(database.url);
    if (place === 'the database') {
      for (const [name, value] of Object.entries(ODD_SETTINGS)) {
        await sql.rows(`ALTER DATABASE ${nameOf(database.url)} SET ${name} = ${value}`);
      }
    } else {
      const options = Object.entries(ODD_SETTINGS).map(
        ([name, value]) => `-c ${name}=${value.replaceAll("'", '')}`,
      );
      url.searchParams.set('options', options.map((option) => option.replace(', ', ',')).join(' '));
    }
    try {
      t = await startApp({ webhooks: { allowNetworks: ['127.0.0.0/8'] }, database: { url: url.href } });
      await useEverything(t);
    } finally {
      await sql.rows(`ALTER DATABASE ${nameOf(database.url)} RESET ALL`);
    }
  });

  it('of transactions in all are no limit, which PostgreSQL knows since its version 17', async () => {
    await sql.rows(`ALTER DATABASE ${nameOf(database.url)} SET transaction_timeout = '200ms'`);
    try {
      const dataSource = await open(database.url);
      await expect(dataSource.query('SELECT pg_sleep(0.5)')).resolves.toHaveLength(1);
      await dataSource.destroy();
    } finally {
      await sql.rows(`ALTER DATABASE ${nameOf(database.url)} RESET ALL`);
    }
  });

  it('of the process’s pg change nothing', async () => {
    const restore = spoilPg();
    try {
      t = await startApp({ webhooks: { allowNetworks: ['127.0.0.0/8'] }, database: { url: database.url } });
      await useEverything(t);
    } finally {
      restore();
    }
  });
});

describe('values are read as pg reads them', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it.each([
    `SELECT true AS a, false AS b, NULL::boolean AS c`,
    `SELECT 1::smallint AS a, -2 AS b, 9007199254740993 AS c, 1.5::float8 AS d, 'NaN'::float8 AS e, 1::oid AS f, 1.50::numeric AS g`,
    `SELECT '2026-03-29 02:30:00.123+00'::timestamptz AS a, '0001-01-01 00:00:00+00'::timestamptz AS b,
      'infinity'::timestamptz AS c, '-infinity'::timestamptz AS d, '9999-12-31 23:59:59.999+00'::timestamptz AS e`,
    `SELECT '\\x00ff5c'::bytea AS a, ''::bytea AS b`,
    `SELECT '{"a":[1,null]}'::jsonb AS a, 'null'::json AS b`,
    `SELECT '{}'::text[] AS a, ARRAY['', 'a,b', 'NULL', NULL, '"', '\\', '{x}', ' y ', E'line\\n'] AS b, '[2:3]={x,y}'::text[] AS c`,
    `SELECT ARRAY[1, NULL, -3]::int[] AS a, ARRAY[1, 2]::smallint[] AS b, ARRAY[1]::bigint[] AS c,
      ARRAY['00000000-0000-4000-8000-000000000000']::uuid[] AS d`,
  ])('%s', async (text) => {
    const own = new DatabaseClient(connectionConfig(database.url));
    const plain = new pg.Client({ connectionString: database.url });
    await own.connect();
    await plain.connect();
    try {
      await plain.query(`SET timezone = 'UTC'`);
      expect((await own.query(text)).rows).toEqual((await plain.query(text)).rows);
    } finally {
      await own.end();
      await plain.end();
    }
  });
});

describe('a connection of a host', () => {
  let t: TestApp;
  let host: DataSource;
  let service: NotificationService;
  beforeAll(async () => {
    t = await startApp();
    service = t.app.get(NotificationService, { strict: false });
    host = await new DataSource({ type: 'postgres', url: t.databaseUrl }).initialize();
  });
  afterAll(async () => {
    await host.destroy();
    await t.close();
  });

  const event = { type: 'job_failed', userIds: ['host-user'], title: 'T', data: { a: '\\' } };

  it.each([
    'DISCARD ALL',
    'DEALLOCATE ALL',
    `SET search_path = ''`,
    `SET datestyle = 'German'`,
    `SET timezone = 'Asia/Tokyo'`,
    `SET bytea_output = 'escape'`,
    `SET standard_conforming_strings = off`,
  ])('may be used before and after %s', async (statement) => {
    const runner = host.createQueryRunner();
    try {
      await runner.connect();
      await service.notify(event, { manager: runner.manager });
      await runner.query(statement).catch((error: Error) => {
        // PostgreSQL 19 has only the standard strings.
        if (!/standard_conforming_strings/.test(error.message)) throw error;
      });
      const { event: sent } = await service.notify(event, { manager: runner.manager });
      const [row] = (await runner.query(
        `SELECT extract(epoch FROM created_at) * 1000 AS at FROM carillon.events WHERE id = $1`,
        [sent.id],
      )) as { at: string }[];
      expect(Number(row?.at)).toBe(sent.createdAt.getTime());
    } finally {
      await runner.query('RESET ALL');
      await runner.release();
    }
  });

  it('may have functions of its own in front of PostgreSQL’s', async () => {
    await host.query('CREATE SCHEMA travel');
    await host.query(
      `CREATE FUNCTION travel.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '1999-01-01'::timestamptz $$`,
    );
    await host.transaction(async (manager) => {
      await manager.query('SET LOCAL search_path = travel, pg_catalog');
      await service.notify(event, { manager });
    });
  });

  it('may have parsers of its own', async () => {
    const restore = spoilPg();
    try {
      await host.transaction((manager) => service.notify(event, { manager }));
    } finally {
      restore();
    }
  });

  it('leaves no statement behind', async () => {
    await host.transaction(async (manager) => {
      await service.notify(event, { manager });
      expect(await manager.query('SELECT name FROM pg_prepared_statements')).toEqual([]);
    });
  });

  it('that is in a read-only transaction is named as that', async () => {
    const failure = await host
      .transaction(async (manager) => {
        await manager.query('SET TRANSACTION READ ONLY');
        await service.notify(event, { manager });
      })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringContaining('read-only') });
    expect(explainFailure({ code: '57P01' })).toMatchObject({
      message: expect.stringContaining('cannot be reached'),
    });
  });
});

describe('a database that cannot be used', () => {
  let database: TestDatabase;
  let sql: Sql;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    sql = await connect(database.url);
  });
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });

  const refusal = (url: string, schema?: string) =>
    open(url, schema).then(
      async (dataSource) => {
        await dataSource.destroy();
        return 'opened';
      },
      (error: Error) => [error.name, error.message],
    );

  it.each(['LATIN1', 'SQL_ASCII'])('is one with the encoding %s', async (encoding) => {
    const name = `odd_${encoding.toLowerCase()}_${process.pid}`;
    await sql.rows(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`);
    try {
      const url = new URL(database.url);
      url.pathname = `/${name}`;
      expect(await refusal(url.href)).toEqual([
        'DatabaseStartError',
        expect.stringContaining(`has the encoding ${encoding}`),
      ]);
    } finally {
      await sql.rows(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it('is one whose transactions are read-only', async () => {
    await sql.rows(`ALTER DATABASE ${nameOf(database.url)} SET default_transaction_read_only = on`);
    try {
      expect(await refusal(database.url)).toEqual([
        'DatabaseStartError',
        expect.stringContaining('default_transaction_read_only'),
      ]);
    } finally {
      await sql.rows('SET default_transaction_read_only = off');
      await sql.rows(`ALTER DATABASE ${nameOf(database.url)} RESET default_transaction_read_only`);
    }
  });

  it('is one whose schema is another application’s', async () => {
    await sql.rows('CREATE SCHEMA taken');
    await sql.rows('CREATE TABLE taken.events (id int)');
    await sql.rows('CREATE TABLE taken.migrations (id int, timestamp bigint, name text)');
    expect(await refusal(database.url, 'taken')).toEqual([
      'DatabaseStartError',
      expect.stringContaining(`The schema "taken" is another application's: it has events`),
    ]);
    expect(await sql.rows(`SELECT tablename FROM pg_tables WHERE schemaname = 'taken' ORDER BY 1`)).toEqual([
      { tablename: 'events' },
      { tablename: 'migrations' },
    ]);
  });
});

it('a role that is called like the schema is named, where unqualified names lead into it', async () => {
  const database = await createEmptyDatabase();
  const sql = await connect(database.url);
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  try {
    await (await open(database.url)).destroy();
    expect(error).not.toHaveBeenCalled();
    await sql.rows(`ALTER DATABASE ${nameOf(database.url)} SET search_path = "$user", public`);
    await (await open(database.url)).destroy();
    expect(error).toHaveBeenCalledWith(expect.stringContaining('The role "carillon" has the same name'));
    error.mockClear();
    await (await open(database.url, 'elsewhere')).destroy();
    expect(error).not.toHaveBeenCalled();
  } finally {
    error.mockRestore();
    await sql.end();
    await database.drop();
  }
});
