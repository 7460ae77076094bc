import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { MIGRATIONS } from '../../migrations/index.js';
import { openDatabase } from '../../src/database/data-source.js';
import { poolOf } from '../../src/database/database.js';
import { createEmptyDatabase, databaseUrl, type TestDatabase } from '../support/database.js';
import { startProcess } from '../support/process.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.drop());

const open = (url: string) => openDatabase({ url, poolSize: 2, schema: 'carillon' });

describe('an opened database', () => {
  it('has every migration once, although four processes opened it at once', async () => {
    const others = [1, 2, 3, 4].map(() => startProcess('test/support/migrate-process.ts', database.url));
    expect(await Promise.all(others.map((other) => other.end()))).toEqual([0, 0, 0, 0]);

    const dataSource = await open(database.url);
    const rows = await dataSource.query('SELECT name FROM carillon.migrations ORDER BY id');
    expect(rows).toEqual(MIGRATIONS.map((migration) => ({ name: migration.name })));
    await dataSource.destroy();
  });

  it('has its sessions in UTC, whatever the URL asks for, and keeps the URL’s other settings', async () => {
    const options = encodeURIComponent('-c timezone=Asia/Tokyo -c work_mem=5MB');
    const dataSource = await open(`${database.url}&options=${options}&application_name=else`);
    expect(await dataSource.query('SHOW timezone')).toEqual([{ TimeZone: 'UTC' }]);
    expect(await dataSource.query('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
    expect(await dataSource.query('SHOW application_name')).toEqual([{ application_name: 'carillon' }]);
    await dataSource.destroy();
  });

  it('lifts the time limit of statements for migrations only', async () => {
    const dataSource = await open(database.url);
    expect(await dataSource.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '30s' }]);
    await dataSource.destroy();
  });

  it('outlives the loss of its connections, idle and in use', async () => {
    const dataSource = await open(database.url);
    const client = await poolOf(dataSource.manager).connect();
    await dataSource.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    expect(await dataSource.query('SELECT 1 AS up')).toEqual([{ up: 1 }]);
    await dataSource.destroy();
  });
});

describe('a database that cannot be used', () => {
  const secret = 'tell-nobody';

  async function messageFor(url: string): Promise<string> {
    const error = await open(url).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'DatabaseStartError' });
    return (error as Error).message;
  }

  it('is named when nothing listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const message = await messageFor(`postgres://carillon:${secret}@127.0.0.1:${port}/carillon`);
    expect(message).toMatch(`Cannot reach PostgreSQL at 127.0.0.1:${port} (ECONNREFUSED).`);
    expect(message).not.toContain(secret);
  });

  it('is named when the password is wrong', async () => {
    const message = await messageFor(database.url.replace(/:[^:@]+@/, `:${secret}@`));
    expect(message).toMatch(/refused the password of the user "carillon"/);
    expect(message).not.toContain(secret);
  });

  it('is named when there is no password', async () => {
    expect(await messageFor(database.url.replace(/:[^:@]+@/, '@'))).toMatch(/DATABASE_URL has none/);
  });

  it('is named when the database is missing', async () => {
    const message = await messageFor(databaseUrl(database.url, 'nowhere'));
    expect(message).toMatch(/There is no database "nowhere".*CREATE DATABASE "nowhere"/);
  });

  it('is named when the user may not make the schema', async () => {
    const dataSource = await open(database.url);
    await dataSource.query('DROP SCHEMA carillon CASCADE');
    // Roles belong to the whole server: this one must not meet that of another run.
    const role = `poor_${Date.now()}`;
    await dataSource.query(`CREATE ROLE ${role} LOGIN PASSWORD '${secret}'`);
    const url = new URL(database.url);
    url.username = role;
    url.password = secret;
    expect(await messageFor(url.href)).toMatch(`Grant it CREATE on the database`);
    await dataSource.query(`DROP ROLE ${role}`);
    await dataSource.destroy();
  });
});
