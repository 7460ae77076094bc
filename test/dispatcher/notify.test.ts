import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DataSource, type EntityManager } from 'typeorm';
import { Database } from '../../src/database/database.js';
import type { NotifyEvent } from '../../src/dispatcher/event.js';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';

// Some seconds where nothing else runs; a busy machine gets its time.
jest.setTimeout(90_000);

let t: TestApp;
let sql: Sql;
let service: NotificationService;
let dataSource: DataSource;

beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
  service = t.app.get(NotificationService, { strict: false });
  dataSource = t.app.get(Database, { strict: false }).dataSource;
});

afterAll(async () => {
  await sql.end();
  await t.close();
});

const event = (title: string, more: Partial<NotifyEvent> = {}): NotifyEvent => ({
  type: 'job_failed',
  userIds: ['u'],
  title,
  ...more,
});

/** Everything that an event leaves behind, in whatever table. The relay moves changes to the log meanwhile. */
async function traces(): Promise<Record<string, number>> {
  const [row] = await sql.rows<Record<string, string>>(`
    SELECT (SELECT count(*) FROM carillon.events) AS events,
      (SELECT count(*) FROM carillon.notifications) AS notifications,
      (SELECT count(*) FROM carillon.inbox_changes) + (SELECT count(*) FROM carillon.inbox_log) AS changes,
      (SELECT coalesce(sum(unread_delta), 0) FROM carillon.inbox_changes)
        + (SELECT coalesce(sum(unread), 0) FROM carillon.inbox_totals) AS unread,
      (SELECT count(*) FROM carillon.deliveries) AS deliveries`);
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
}

const unread = async (user: string) =>
  ((await t.as(user).get('/v1/notifications/unread-count')).body as { count: number }).count;

describe('notify() in the transaction of its caller', () => {
  const ROLLBACK = new Error('rolled back');

  // A user with an endpoint, whose deliveries must follow the transaction as well. Paused: nothing is sent.
  beforeAll(() =>
    sql.rows(`
      INSERT INTO carillon.webhook_endpoints
        (user_id, id, name, kind, events, url_box, created_at, updated_at, paused_until)
      VALUES ('hooked', gen_random_uuid(), 'hook', 'generic', '{*}', '', now(), now(), 'infinity')`),
  );

  const toEverybody = event('in a transaction', {
    userIds: ['hooked', 'other'],
    teamId: 'team',
    data: { a: 1 },
  });

  it('leaves nothing anywhere when it is rolled back', async () => {
    const before = await traces();
    const unreadBefore = await unread('hooked');
    await expect(
      dataSource.transaction(async (manager) => {
        const result = await service.notify(toEverybody, { manager });
        expect(result).toMatchObject({ recipients: 2, event: { type: 'job_failed' } });
        // The transaction itself sees it, so it was written.
        const seen: unknown[] = await manager.query(
          'SELECT 1 FROM carillon.notifications WHERE event_id = $1',
          [result.event.id],
        );
        expect(seen).toHaveLength(2);
        throw ROLLBACK;
      }),
    ).rejects.toBe(ROLLBACK);
    expect(await traces()).toEqual(before);
    expect(await unread('hooked')).toBe(unreadBefore);
  });

  it('is there when it is committed, and not before', async () => {
    const before = await traces();
    await dataSource.transaction(async (manager) => {
      await service.notify(toEverybody, { manager });
      expect(await traces()).toEqual(before);
      expect(await unread('hooked')).toBe(0);
    });
    const after = await traces();
    expect(after).toMatchObject({
      events: before.events! + 1,
      notifications: before.notifications! + 2,
      unread: before.unread! + 2,
      deliveries: before.deliveries! + 1,
    });
    expect(await unread('hooked')).toBe(1);
    expect(await unread('other')).toBe(1);
  });

  it('undoes with its savepoint only what came after it', async () => {
    const before = await traces();
    await dataSource.transaction(async (manager) => {
      await service.notify(event('outer'), { manager });
      const inner = manager.transaction(async (nested: EntityManager) => {
        await service.notify(event('inner'), { manager: nested });
        throw ROLLBACK;
      });
      await expect(inner).rejects.toBe(ROLLBACK);
    });
    expect(await traces()).toMatchObject({
      events: before.events! + 1,
      notifications: before.notifications! + 1,
      unread: before.unread! + 1,
    });
    expect(await sql.number(`SELECT count(*) FROM carillon.events WHERE title = 'inner'`)).toBe(0);
  });

  it('takes the manager of a host whose connections are its own', async () => {
    const host = await new DataSource({ type: 'postgres', url: t.databaseUrl }).initialize();
    try {
      await host.transaction(async (manager) => {
        await manager.query('CREATE TABLE host_orders (id int)');
        await service.notify(event('from a host', { userIds: ['customer'] }), { manager });
      });
      expect(await unread('customer')).toBe(1);
    } finally {
      await host.destroy();
    }
  });

  it('refuses the manager of a transaction that has ended, whose connection may be in one of somebody else', async () => {
    const host = await new DataSource({ type: 'postgres', url: t.databaseUrl, poolSize: 1 }).initialize();
    try {
      const late = await host.transaction((manager) => Promise.resolve(manager));
      const before = await traces();
      await host.transaction(async () => {
        const refusal = { code: 'invalid_input', errors: [{ path: 'manager' }] };
        await expect(service.notify(event('late'), { manager: late })).rejects.toMatchObject(refusal);
        const withdrawal = service.withdraw({ collapseKey: 'late' }, undefined, { manager: late });
        await expect(withdrawal).rejects.toMatchObject(refusal);
      });
      expect(await traces()).toEqual(before);
    } finally {
      await host.destroy();
    }
  });
});

describe('a manager that cannot be used', () => {
  /** What each call says of it. */
  async function expectRefused(manager: unknown, message: RegExp): Promise<void> {
    const options = { manager: manager as EntityManager };
    const { id } = (await service.notify(event('before'))).event;
    const before = await traces();
    for (const call of [
      () => service.notify(event('by a wrong manager'), options),
      () => service.notify(event('later', { sendAt: new Date(Date.now() + 3_600_000) }), options),
      () => service.cancel(id, options),
      () => service.withdraw({ collapseKey: 'k' }, undefined, options),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'invalid_input',
        errors: [{ path: 'manager', message: expect.stringMatching(message) }],
      });
    }
    expect(await traces()).toEqual(before);
  }

  it('is one of a database without the tables', async () => {
    const other = await createEmptyDatabase();
    const host = await new DataSource({ type: 'postgres', url: other.url }).initialize();
    const message =
      /^is of a database that has not .* "carillon" \(relation "carillon\.\w+" does not exist\): use/;
    try {
      await expectRefused(host.manager, message);
      // Of a schema that is there, and has other tables.
      await host.query('CREATE SCHEMA carillon');
      await expectRefused(host.manager, message);
      const failure = host.transaction((manager) => service.notify(event('lost'), { manager }));
      await expect(failure).rejects.toMatchObject({ cause: { code: '42P01' } });
    } finally {
      await host.destroy();
      await other.drop();
    }
  });

  it('is one of a user who may not use the tables', async () => {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.query('SET ROLE pg_monitor');
      await expectRefused(
        runner.manager,
        /^belongs to a database user .* \(permission denied for .*\): grant/,
      );
    } finally {
      await runner.query('RESET ROLE');
      await runner.release();
    }
  });

  it('is one in a transaction that has failed', async () => {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await expect(runner.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
      await expectRefused(runner.manager, /^is in a transaction that has failed already/);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  });

  it('is what is none, or of another kind of database', async () => {
    const runner = dataSource.createQueryRunner();
    for (const one of [runner, dataSource, {}, 1]) await expectRefused(one, /^must be an EntityManager/);
    await runner.release();
    const { manager } = dataSource;
    const other = Object.create(manager, { connection: { value: { options: { type: 'mysql' } } } }) as object;
    await expectRefused(other, /PostgreSQL .* of the type mysql$/);
  });
});

describe('many calls at once', () => {
  afterEach(() => sql.rows('ALTER TABLE carillon.notifications DROP CONSTRAINT IF EXISTS poisoned'));

  it('fail one by one, although they are written together', async () => {
    // Passes every check of the code, and fails in the statement that it shares with its neighbours.
    await sql.rows(`ALTER TABLE carillon.notifications ADD CONSTRAINT poisoned CHECK (title <> 'poison')`);
    const titles = Array.from({ length: 64 }, (_, i) => (i === 37 ? 'poison' : `together ${i}`));
    const results = await Promise.allSettled(
      titles.map((title, i) => service.notify(event(title, { userIds: [`t${i}`, 'together'] }))),
    );
    results.forEach((result, i) => {
      if (i !== 37) expect(result).toMatchObject({ status: 'fulfilled', value: { recipients: 2 } });
      else expect(result).toMatchObject({ status: 'rejected', reason: { code: '23514' } });
    });
    const rows = await sql.rows<{ title: string; events: string; rows: string }>(`
      SELECT e.title, count(DISTINCT e.id) AS events, count(n.id) AS rows
      FROM carillon.events e LEFT JOIN carillon.notifications n ON n.event_id = e.id
      WHERE e.title LIKE 'together %' OR e.title = 'poison' GROUP BY 1`);
    expect(rows).toHaveLength(63);
    expect(rows.filter(({ events, rows: copies }) => events !== '1' || copies !== '2')).toEqual([]);
    expect(await unread('together')).toBe(63);
    expect(await unread('t37')).toBe(0);
  });

  it('answer each its own event', async () => {
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) => service.notify(event(`own ${i}`, { userIds: [`own${i % 7}`] }))),
    );
    expect(new Set(results.map((result) => result.event.id)).size).toBe(100);
    for (const [i, result] of results.entries()) {
      const [row] = await sql.rows('SELECT title, created_at FROM carillon.events WHERE id = $1', [
        result.event.id,
      ]);
      expect(row).toEqual({ title: `own ${i}`, created_at: result.event.createdAt });
    }
  });

  it('are turned away, not kept in memory without end, and are heard again afterwards', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `crowd${i}`);
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => service.notify(event(`crowd ${i}`, { userIds: many }))),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.reason).toMatchObject({ code: 'overloaded', retryAfter: 1 });
    expect(await sql.number(`SELECT count(*) FROM carillon.events WHERE title LIKE 'crowd %'`)).toBe(10);
    await service.notify(event('heard again'));
  });
});

describe('notify() for callers in code', () => {
  it('names wrong places as TypeScript spells them', async () => {
    const wrong = { type: 'job_failed', userIds: [], title: 'x', teamId: '' };
    await expect(service.notify(wrong)).rejects.toMatchObject({
      code: 'invalid_input',
      errors: [{ path: 'userIds' }, { path: 'teamId' }],
    });
    await expect(service.notify({ ...event('x'), type: 'nope' })).rejects.toMatchObject({
      code: 'unknown_type',
    });
    await expect(service.notify(null as never)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('names what JSON cannot hold in its data, and leaves the transaction of its caller as it was', async () => {
    const data = { order: { id: 12345678901234567890n, lines: new Map([[1, 'a']]) }, rates: [1, NaN] };
    await dataSource.transaction(async (manager) => {
      await expect(service.notify(event('no JSON', { data }), { manager })).rejects.toMatchObject({
        code: 'invalid_input',
        errors: [
          {
            path: 'data.order.id',
            message: 'must not be a BigInt, which JSON cannot hold: send it as a text',
          },
          { path: 'data.order.lines' },
          { path: 'data.rates[1]' },
        ],
      });
      const wrong = { ...event('no JSON', { data: { id: 1n } }), teamId: '' };
      await expect(service.notify(wrong, { manager })).rejects.toMatchObject({
        errors: [{ path: 'data.id' }, { path: 'teamId' }],
      });
      await service.notify(event('JSON', { data: { at: new Date(0), left: undefined } }), { manager });
    });
    expect(await sql.rows(`SELECT title, data FROM carillon.events WHERE title LIKE '%JSON'`)).toEqual([
      { title: 'JSON', data: { at: '1970-01-01T00:00:00.000Z' } },
    ]);
  });

  it('counts a user once, however often it is named', async () => {
    const { recipients } = await service.notify(event('dup', { userIds: ['d1', 'd2', 'd1', 'd1'] }));
    expect(recipients).toBe(2);
    expect(await unread('d1')).toBe(1);
  });
});
