import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { NotificationService, type NotifyEvent } from '../../src/index.js';
import { unseenSql } from '../../src/notifications/seen.sql.js';
import { RelayStore } from '../../src/realtime/relay.store.js';
import { expectProblem } from '../contracts/refusals.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { unseenByDefinition, watchSeen } from '../support/seen.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';

/** What Carillon counts. */
const UNSEEN = unseenSql('u').replaceAll(':schema.', 'carillon.');

let t: TestApp;
/** On the same database: what one is asked for, the other one knows. */
let other: TestApp;
let sql: Sql;
let users = 0;
const readers: StreamReader[] = [];
const stopped: (() => Promise<void>)[] = [];

beforeAll(async () => {
  t = await startApp();
  other = await startApp({ database: { url: t.databaseUrl } });
  sql = await connect(t.databaseUrl);
  await watchSeen(sql);
});
afterEach(async () => {
  readers.splice(0).forEach((reader) => reader.close());
  await Promise.all(stopped.splice(0).map((goOn) => goOn()));
});
afterAll(async () => {
  await sql.end();
  await other.close();
  await t.close();
});

const newUser = () => `seen-${(users += 1)}`;
const event = (user: string, title = 'T', more: object = {}) => ({
  ...{ type: 'job_failed', user_ids: [user], title },
  ...more,
});

async function counts(user: string, by = t): Promise<{ unread: number; unseen: number }> {
  return (await by.as(user).get('/v1/notifications/counts').expect(200)).body;
}

/** What the routes say, which is what there is. */
async function unseen(user: string): Promise<number> {
  const said = await counts(user);
  const [there] = await sql.rows<{ unread: string; unseen: string | null }>(
    `SELECT (SELECT count(*) FROM carillon.notifications
      WHERE user_id = $1 AND read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL) AS unread,
      (${unseenByDefinition('$1')}) AS unseen`,
    [user],
  );
  expect(said).toEqual({ unread: Number(there?.unread), unseen: Number(there?.unseen ?? there?.unread) });
  return said.unseen;
}

async function look(user: string, by = t): Promise<void> {
  const { body } = await by.as(user).post('/v1/notifications/mark-seen').expect(200);
  expect(body).toEqual({ unseen: 0 });
}

async function idsOf(user: string, query = ''): Promise<string[]> {
  const { body } = await t.as(user).get(`/v1/notifications${query}`).expect(200);
  return (body as { notifications: { id: string }[] }).notifications.map(({ id }) => id);
}

const patch = (user: string, id: string, body: object) =>
  t.as(user).patch(`/v1/notifications/${id}`).send(body).expect(200);

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const settled = () =>
  until(async () => (await sql.number('SELECT count(*) FROM carillon.inbox_changes')) === 0);

/** An event of a transaction that stays open until it is asked to commit. */
async function notifyInTransaction(
  user: string,
  more: Partial<NotifyEvent> = {},
): Promise<() => Promise<void>> {
  const service = t.app.get(NotificationService, { strict: false });
  const runner = t.app.get(Database, { strict: false }).dataSource.createQueryRunner();
  await runner.startTransaction();
  const { manager } = runner;
  await service.notify({ type: 'job_failed', userIds: [user], title: 'late', ...more }, { manager });
  return async () => {
    await runner.commitTransaction();
    await runner.release();
  };
}

/** What is committed is not announced from now on. @returns what lets it go on */
async function stopRelay(): Promise<() => Promise<void>> {
  const holder = await connect(t.databaseUrl);
  await holder.rows('SELECT pg_advisory_lock($1, $2)', t.app.get(Database, { strict: false }).lock('relay'));
  let ended: Promise<void> | undefined;
  const release = () => (ended ??= holder.end());
  stopped.push(release);
  return release;
}

describe('what has been seen', () => {
  it('is nothing until the user looks; then everything that is there is, and stays unread', async () => {
    const user = newUser();
    await t.post(event(user));
    await t.post(event(user));
    expect(await counts(user)).toEqual({ unread: 2, unseen: 2 });
    await look(user);
    expect(await counts(user)).toEqual({ unread: 2, unseen: 0 });
    await t.post(event(user));
    expect(await counts(user, other)).toEqual({ unread: 3, unseen: 1 });
    expect(await counts(newUser())).toEqual({ unread: 0, unseen: 0 });
    await look(user, other);
    expect(await unseen(user)).toBe(0);
  });

  it('is one user’s alone', async () => {
    const [one, two] = [newUser(), newUser()];
    await t.post(event(one, 'T', { user_ids: [one, two] }));
    await look(one);
    expect([await unseen(one), await unseen(two)]).toEqual([0, 1]);
  });

  it('is what was read, archived, snoozed or deleted, too', async () => {
    const user = newUser();
    await look(user);
    for (let at = 0; at < 5; at += 1) await t.post(event(user));
    const [read, archived, snoozed, deleted] = (await idsOf(user)) as [string, string, string, string];
    await patch(user, read, { read: true });
    await patch(user, archived, { archived: true, read: false });
    await patch(user, snoozed, { snoozed_until: new Date(Date.now() + 3_600_000) });
    await t.as(user).delete(`/v1/notifications/${deleted}`).expect(200);
    expect(await unseen(user)).toBe(1);
  });

  it('is seen again where the user takes it back, and unseen where time does', async () => {
    const user = newUser();
    for (let at = 0; at < 3; at += 1) await t.post(event(user));
    const [snoozed, archived, deleted] = (await idsOf(user)) as [string, string, string];
    await look(user);
    await patch(user, archived, { archived: true, read: false });
    await patch(user, archived, { archived: false });
    await t.as(user).delete(`/v1/notifications/${deleted}`).expect(200);
    await t.as(user).post(`/v1/notifications/${deleted}/restore`).expect(200);
    await patch(user, snoozed, { snoozed_until: new Date(Date.now() + 3_600_000) });
    expect(await unseen(user)).toBe(0);
    await sql.rows('UPDATE carillon.notifications SET snoozed_until = now() WHERE id = $1', [snoozed]);
    await until(async () => (await idsOf(user)).length === 3);
    expect(await unseen(user)).toBe(1);
  });

  it('is unseen again when another one takes its place', async () => {
    const user = newUser();
    const thread = { collapse_key: 'thread' };
    await t.post(event(user, 'one', thread));
    await settled();
    await look(user);
    await t.post(event(user, 'two', thread));
    expect(await counts(user)).toMatchObject({ unseen: 1 });
    await settled();
    expect(await counts(user)).toEqual({ unread: 1, unseen: 1 });
    // Both are committed, and not merged yet.
    await t.post(event(user, 'three', thread));
    await look(user);
    expect(await counts(user)).toMatchObject({ unseen: 0 });
    await settled();
    expect(await unseen(user)).toBe(0);
  });

  it('takes no body and no query', async () => {
    const user = t.as(newUser());
    expectProblem(await user.get('/v1/notifications/counts?team_id=a'), 400, 'invalid_input');
    expectProblem(
      await user.post('/v1/notifications/mark-seen').send({ team_id: 'a' }),
      400,
      'invalid_input',
    );
  });
});

describe('what is older by its id, and committed after the user looked, is unseen', () => {
  it('before and after it is announced', async () => {
    const user = newUser();
    const commit = await notifyInTransaction(user);
    await t.post(event(user, 'newer'));
    await settled();
    await look(user);
    await commit();
    expect(await unseen(user)).toBe(1);
    await settled();
    expect(await unseen(user)).toBe(1);
    await look(user);
    expect(await unseen(user)).toBe(0);
  });

  it('while the other is committed and not announced yet', async () => {
    const user = newUser();
    const commit = await notifyInTransaction(user);
    const release = await stopRelay();
    await t.post(event(user, 'newer'));
    await look(user);
    await commit();
    expect(await unseen(user)).toBe(1);
    await release();
    await settled();
    expect(await unseen(user)).toBe(1);
  });

  it('and so is what it becomes a part of', async () => {
    const user = newUser();
    const commit = await notifyInTransaction(user, { collapseKey: 'thread' });
    await t.post(event(user, 'newer', { collapse_key: 'thread' }));
    await settled();
    await look(user);
    await commit();
    await settled();
    const { body } = await t.as(user).get('/v1/notifications?view=full').expect(200);
    expect(body).toMatchObject({ notifications: [{ title: 'newer', count: 2 }] });
    expect(await unseen(user)).toBe(1);
  });

  it('but not what was there when the user looked, and is merged only then', async () => {
    const user = newUser();
    const commit = await notifyInTransaction(user, { collapseKey: 'thread' });
    await t.post(event(user, 'newer', { collapse_key: 'thread' }));
    await settled();
    const release = await stopRelay();
    await commit();
    await look(user);
    expect(await counts(user)).toEqual({ unread: 2, unseen: 0 });
    await release();
    await settled();
    expect(await counts(user)).toEqual({ unread: 1, unseen: 0 });
    expect(await unseen(user)).toBe(0);
  });

  it('also when the log has lost the entry', async () => {
    const user = newUser();
    const commit = await notifyInTransaction(user);
    await t.post(event(user, 'newer'));
    await settled();
    await look(user);
    await commit();
    await settled();
    const relay = t.app.get(RelayStore, { strict: false });
    const { manager } = t.app.get(Database, { strict: false });
    while ((await relay.prune(manager, -60_000, 1_000)) > 0);
    expect(await sql.number('SELECT count(*) FROM carillon.inbox_log WHERE user_id = $1', [user])).toBe(0);
    expect(await unseen(user)).toBe(1);
    await t.post(event(user, 'newest'));
    expect(await unseen(user)).toBe(2);
    await look(user);
    expect(await unseen(user)).toBe(0);
    expect(await sql.number('SELECT count(*) FROM carillon.late_arrivals WHERE user_id = $1', [user])).toBe(
      0,
    );
  });

  it('where an earlier one comes from a clock that is ahead, too', async () => {
    const user = newUser();
    await t.post(event(user, 'ahead'));
    await settled();
    await sql.rows(
      `UPDATE carillon.notifications SET id = carillon.uuid_v7(now() + interval '1 day') WHERE user_id = $1`,
      [user],
    );
    await look(user);
    for (const title of ['one', 'two']) await t.post(event(user, title));
    expect(await unseen(user)).toBe(2);
    await settled();
    expect(await unseen(user)).toBe(2);
    await look(user);
    expect(await unseen(user)).toBe(0);
  });
});

it('of marks and late commits at once, every moment’s count is what was committed when the user looked', async () => {
  const racers = Array.from({ length: 4 }, newUser);
  let running = true;
  const disagreements = `SELECT * FROM (
    SELECT u, (${UNSEEN}) AS counted, (${unseenByDefinition('u')}) AS there FROM unnest($1::text[]) u
  ) both_of WHERE counted IS DISTINCT FROM there`;
  const watch = async () => {
    let looks = 0;
    for (; running; looks += 1) expect(await sql.rows(disagreements, [racers])).toEqual([]);
    expect(looks).toBeGreaterThan(0);
  };
  const each = async (user: string, by: TestApp) => {
    for (let at = 0; at < 25; at += 1) {
      const key = at % 3 === 0 ? { collapseKey: `k${at % 2}` } : {};
      const commit = await notifyInTransaction(user, key);
      await by.post(event(user, 'now', at % 4 === 0 ? { collapse_key: 'k0' } : {}));
      await Promise.all([look(user, by), commit(), at % 5 === 0 ? look(user, t) : undefined]);
      // Now and then until it has been announced.
      if (at % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 60));
    }
  };
  const race = Promise.all(racers.map((user, at) => each(user, at % 2 === 0 ? t : other)));
  await Promise.all([watch(), race.finally(() => (running = false))]);
  await settled();
  for (const user of racers) await unseen(user);
});

describe('an open page', () => {
  async function follow(user: string, by: TestApp): Promise<StreamReader> {
    const reader = await StreamReader.open(`${by.url}/v1/notifications/stream`, {
      Authorization: `Bearer ${tokenOf(user)}`,
    });
    readers.push(reader);
    await reader.until(({ events }) => events.length > 0);
    return reader;
  }

  it('hears that the user has looked at another one, and of what comes then', async () => {
    const [user, stranger] = [newUser(), newUser()];
    await t.post(event(user));
    await settled();
    const [here, there, elsewhere] = [
      await follow(user, t),
      await follow(user, other),
      await follow(stranger, t),
    ];
    expect(here.events.map(({ event: name }) => name)).toEqual(['unread']);
    await look(user);
    for (const reader of [here, there]) {
      await reader.until(() => reader.of('unseen').length > 0);
      expect(reader.of('unseen').map(({ data }) => data)).toEqual([{ count: 0 }]);
      expect(reader.of('unread').at(-1)?.data).toEqual({ count: 1 });
    }
    await t.post(event(user, 'another', { user_ids: [user, stranger] }));
    for (const reader of [here, there]) {
      await reader.until(() => reader.of('unseen').length > 1);
      expect(reader.of('unseen').at(-1)?.data).toEqual({ count: 1 });
    }
    // Who has never looked is told of one number: it is the same.
    await elsewhere.until(() => elsewhere.of('unread').length > 1);
    expect(elsewhere.of('unseen')).toEqual([]);
    expect((await follow(user, t)).events).toMatchObject([
      { event: 'unread', data: { count: 2 } },
      { event: 'unseen', data: { count: 1 } },
    ]);
  });
});
