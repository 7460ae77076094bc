import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import supertest from 'supertest';
import { ApiKey } from '../../src/auth/api-key.entity.js';
import { ApiKeyService } from '../../src/auth/api-key.service.js';
import { ApiKeyStore } from '../../src/auth/api-key.store.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { Listener } from '../../src/database/listener.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { SECRET, startAuthApp, type AuthApp } from './support/app.js';

describe('an API key', () => {
  let database: TestDatabase;
  let server: AuthApp;
  let keys: ApiKeyService;
  let store: ApiKeyStore;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startAuthApp(database.url, { rateLimit: { perSecond: 1, burst: 5 } });
    keys = server.app.get(ApiKeyService, { strict: false });
    store = server.app.get(ApiKeyStore, { strict: false });
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await server.app.close();
    await database.drop();
  });

  const send = (key: string) => supertest(server.url).post('/producer').set('X-API-Key', key);
  const eventually = async (isSo: () => Promise<boolean> | boolean) => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  /** Verifies until the answer is kept, which it is from when this process hears of revocations. */
  const cached = async (key: string, service = keys) => {
    const lookUp = jest.spyOn(ApiKeyStore.prototype, 'findUsable');
    await eventually(async () => {
      lookUp.mockClear();
      await service.authenticate(key);
      return lookUp.mock.calls.length === 0;
    });
    lookUp.mockRestore();
  };
  /** As an operator's command or another server does it: over connections of its own. */
  const elsewhere = async (work: (service: ApiKeyService, listener: Listener) => Promise<unknown>) => {
    const dataSource = await createDataSource({ url: database.url, poolSize: 2, schema: 'carillon' }, [
      ApiKey,
    ]).initialize();
    const listener = new Listener(database.url);
    try {
      await work(
        new ApiKeyService(new Database(dataSource), new ApiKeyStore(new Database(dataSource)), listener),
        listener,
      );
    } finally {
      await listener.close();
      await dataSource.destroy();
    }
  };
  /** Without telling anybody, as if the message had been lost. */
  const revokeSilently = (id: string) =>
    admin.query('UPDATE carillon.api_keys SET revoked_at = now() WHERE id = $1', [id]);

  it('may send, as X-API-Key or as Bearer, and is known by its name', async () => {
    const { id, name, key } = await keys.create('billing');
    const principal = { kind: 'api-key', keyId: id, name, scopes: ['events', 'users'] };
    await send(key).expect(201, principal);
    await supertest(server.url)
      .post('/producer')
      .set('Authorization', `Bearer ${key}`)
      .expect(201, principal);
  });

  it('is refused on the routes of users, and a user on those of keys', async () => {
    const { key } = await keys.create('nosy');
    const token = jwt.sign({ sub: 'anna' }, SECRET);
    const refusals: [string, Record<string, string>, number, string][] = [
      ['/user', { 'X-API-Key': key }, 403, 'api_key_not_allowed'],
      ['/user', { Authorization: `Bearer ${key}` }, 403, 'api_key_not_allowed'],
      ['/user', { 'X-API-Key': key, Authorization: `Bearer ${token}` }, 403, 'api_key_not_allowed'],
      ['/user', { Authorization: `Bearer ${key}`, Cookie: `token=${token}` }, 403, 'api_key_not_allowed'],
      ['/user', { 'X-API-Key': `${key.slice(0, -1)}!`, Cookie: `token=${token}` }, 401, 'unauthenticated'],
      ['/user', { 'X-API-Key': token }, 401, 'unauthenticated'],
      ['/producer', { Authorization: `Bearer ${token}` }, 403, 'user_not_allowed'],
      ['/producer', { Cookie: `token=${token}` }, 403, 'user_not_allowed'],
      ['/producer', { 'X-API-Key': token }, 401, 'unauthenticated'],
      ['/producer', { 'X-API-Key': '' }, 401, 'unauthenticated'],
      ['/producer', { 'X-API-Key': `${key}, ${key}` }, 401, 'unauthenticated'],
      ['/producer', { Authorization: 'Bearer crl_nonsense' }, 401, 'unauthenticated'],
      ['/producer', { Authorization: `Bearer ${key.toUpperCase()}` }, 401, 'unauthenticated'],
      ['/producer', { Cookie: `token=${key}` }, 401, 'unauthenticated'],
      ['/producer', {}, 401, 'unauthenticated'],
    ];
    for (const [path, headers, status, code] of refusals) {
      const answer = await supertest(server.url).post(path).set(headers);
      expect({ path, headers, status: answer.status, code: answer.body.code }).toEqual({
        path,
        headers,
        status,
        code,
      });
    }
  });

  it('is shown once, and never stored', async () => {
    const { id, key } = await keys.create('secret');
    const listed = (await keys.list()).find((row) => row.id === id);
    expect(listed).toEqual({
      id,
      name: 'secret',
      hint: key.slice(0, 8),
      scopes: ['events', 'users'],
      createdAt: expect.any(Date),
      lastUsedAt: null,
      revokedAt: null,
    });
    const { rows } = await admin.query('SELECT api_keys::text AS row FROM carillon.api_keys');
    expect(rows.some(({ row }) => row.includes(key.slice(8)))).toBe(false);
  });

  it('may do what its scopes say, and is told the one that it lacks', async () => {
    const { key } = await keys.create('operator', ['admin', 'users', 'admin']);
    const refused = await send(key).expect(403);
    expect(refused.body).toMatchObject({
      code: 'missing_scope',
      detail: 'This needs an API key with the scope "events".',
    });
    await supertest(server.url).post('/contacts').set('X-API-Key', key).expect(201);
    const listed = (await keys.list()).find(({ name }) => name === 'operator');
    expect(listed?.scopes).toEqual(['users', 'admin']);
  });

  it('needs a name', async () => {
    for (const name of ['', 'x'.repeat(101), 'a\0b', '\ud800']) {
      await expect(keys.create(name)).rejects.toMatchObject({ code: 'invalid_input' });
    }
    await keys.create('x'.repeat(100));
  });

  it('is revoked by its id or by its name, when that says which', async () => {
    const [one, two] = [await keys.create('twin'), await keys.create('twin')];
    await expect(keys.revoke('twin')).rejects.toMatchObject({
      code: 'invalid_input',
      detail: expect.stringContaining(`${one.id}, ${two.id}`),
    });
    const revoked = await keys.revoke(one.id);
    expect(revoked).toMatchObject({ id: one.id, name: 'twin', revokedAt: expect.any(Date) });
    expect(await keys.revoke(one.id)).toEqual(revoked);
    expect(await keys.revoke('twin')).toMatchObject({ id: two.id });
    await expect(keys.revoke('twin')).rejects.toMatchObject({ code: 'not_found' });
    await expect(keys.revoke('01890000-0000-7000-8000-000000000000')).rejects.toMatchObject({
      code: 'not_found',
    });
    await send(one.key).expect(401);
    await send(two.key).expect(401);
  });

  it('is refused by a running server when it was revoked elsewhere', async () => {
    const { name, key } = await keys.create('from elsewhere');
    await cached(key);
    // The time-out of a test is half of the minute for which the key would be believed.
    await elsewhere((service) => service.revoke(name));
    await eventually(async () => (await send(key)).status === 401);
    await supertest(server.url).get('/user').set('X-API-Key', key).expect(401);
  });

  it('is looked up each time while revocations cannot be heard', async () => {
    const { id, key } = await keys.create('unheard');
    await elsewhere(async (service, listener) => {
      await cached(key, service);
      await listener.close();
      await revokeSilently(id);
      expect(await service.authenticate(key)).toBeUndefined();
    });
  });

  it('is looked up again after revocations could not be heard', async () => {
    const { id, key } = await keys.create('missed');
    await cached(key);
    await revokeSilently(id);
    expect(await keys.authenticate(key)).toBeDefined();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'carillon-listener' AND datname = current_database()`,
    );
    await eventually(async () => (await keys.authenticate(key)) === undefined);
    await eventually(() => server.app.get(Listener).connected);
    expect(await keys.authenticate(key)).toBeUndefined();
    warn.mockRestore();
  });

  it('is not kept when it was revoked while it was looked up', async () => {
    const { id, key } = await keys.create('in between');
    await cached((await keys.create('subscribes')).key);
    const findUsable = store.findUsable.bind(store);
    const lookUp = jest.spyOn(store, 'findUsable').mockImplementationOnce(async (hash) => {
      const row = await findUsable(hash);
      const cleared = new Promise<void>((resolve) => {
        void server.app.get(Listener).on('carillon_api_keys', () => resolve());
      });
      await elsewhere((service) => service.revoke(id));
      await cleared;
      return row;
    });
    // It was good when it was looked up.
    expect(await keys.authenticate(key)).toBeDefined();
    expect(await keys.authenticate(key)).toBeUndefined();
    lookUp.mockRestore();
  });

  it('is believed for a minute at most', async () => {
    const { key } = await keys.create('a minute');
    await cached(key);
    const lookUp = jest.spyOn(store, 'findUsable');
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    await keys.authenticate(key);
    expect(lookUp).toHaveBeenCalledTimes(1);
    clock.mockRestore();
    lookUp.mockRestore();
  });

  it('has the time of its last use written down, at most once a minute', async () => {
    const { id, key } = await keys.create('used');
    const lastUse = async () =>
      (await admin.query('SELECT last_used_at AS at FROM carillon.api_keys WHERE id = $1', [id])).rows[0].at;
    const writes = jest.spyOn(store, 'touch');
    const written = () => Promise.all(writes.mock.results.map(({ value }) => value as Promise<void>));
    await Promise.all(Array.from({ length: 20 }, () => keys.authenticate(key)));
    await eventually(async () => (await lastUse()) !== null);
    const first = await lastUse();
    await Promise.all(Array.from({ length: 20 }, () => keys.authenticate(key)));
    // A caller that looked the key up before the first write may write once more: the row is not touched then.
    await written();
    expect(await lastUse()).toEqual(first);
    const calls = writes.mock.calls.length;
    await Promise.all(Array.from({ length: 20 }, () => keys.authenticate(key)));
    expect(writes).toHaveBeenCalledTimes(calls);

    await admin.query(`UPDATE carillon.api_keys SET last_used_at = now() - interval '61 s' WHERE id = $1`, [
      id,
    ]);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000);
    await keys.authenticate(key);
    clock.mockRestore();
    await eventually(async () => (await lastUse()) >= first);
    expect(writes).toHaveBeenCalledTimes(calls + 1);
    writes.mockRestore();
  });

  it('is worth more than the note of its last use', async () => {
    const { key } = await keys.create('unlucky');
    await admin.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE OF last_used_at ON carillon.api_keys EXECUTE FUNCTION refuse()`);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    await send(key).expect(201);
    await eventually(() => warn.mock.calls.length > 0);
    warn.mockRestore();
    await admin.query('DROP FUNCTION refuse CASCADE');
  });

  it('has its rate, and is told when to come again', async () => {
    const [busy, other] = [await keys.create('busy'), await keys.create('other')];
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    for (let i = 0; i < 5; i += 1) await send(busy.key).expect(201);
    const { status, body, headers } = await send(busy.key);
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'rate_limited' });
    expect(headers['retry-after']).toBe('1');
    await send(other.key).expect(201);
    clock.mockReturnValue(performance.now() + 1_000);
    await send(busy.key).expect(201);
    await send(busy.key).expect(429);
    clock.mockRestore();
  });
});
