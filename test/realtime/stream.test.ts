import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import { Database } from '../../src/database/database.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { StreamReader } from '../support/sse.js';

let app: TestApp;
let client: pg.Client;
const readers: StreamReader[] = [];
let users = 0;

beforeAll(async () => {
  app = await startApp();
  client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await app.close();
});
afterEach(() => readers.splice(0).forEach((reader) => reader.close()));

/** A user whom no other test has met. */
const newUser = () => `stream-user-${(users += 1)}`;

async function follow(userId: string, lastEventId?: number | string, claims = {}): Promise<StreamReader> {
  const reader = await StreamReader.open(`${app.url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf(userId, claims)}`,
    ...(lastEventId !== undefined && { 'Last-Event-ID': String(lastEventId) }),
  });
  readers.push(reader);
  return reader;
}

const titled = (userId: string, title: string, type = 'job_failed') =>
  app.post({ type, user_ids: [userId], title });

const titles = (reader: StreamReader) =>
  reader.of('notification').map(({ data }) => (data['notification'] as { title: string }).title);

describe('the stream', () => {
  it('begins with the count, and announces a notification, whether to toast it, and the new count', async () => {
    const user = newUser();
    await titled(user, 'before');
    const reader = await follow(user);
    await reader.until(() => reader.events.length === 1);
    expect(reader.events[0]).toMatchObject({ event: 'unread', data: { count: 1 } });
    await titled(user, 'toasted');
    await titled(user, 'quiet', 'weekly_report');
    // `before` may have been announced only now: what is committed is announced soon after, not at once.
    await reader.until(
      () => titles(reader).includes('quiet') && reader.of('unread').at(-1)?.data['count'] === 3,
    );
    const [first, second] = reader.of('notification').slice(-2);
    expect(first?.data).toMatchObject({
      toast: true,
      notification: { title: 'toasted', type: 'job_failed', level: 'error', read_at: null },
    });
    expect(second?.data).toMatchObject({ toast: false, notification: { title: 'quiet' } });
  });

  it('announces reads, unreads, deletions and restorations, of one and of all', async () => {
    const user = newUser();
    const me = app.as(user);
    await titled(user, 'one');
    const { body } = await me.get('/v1/notifications');
    const id = (body as { notifications: { id: string }[] }).notifications[0]?.id;
    const reader = await follow(user);
    const step = async (work: () => Promise<unknown>, event: string, data: object) => {
      const before = reader.of(event).length;
      await work();
      await reader.until(() => reader.of(event).length > before);
      expect(reader.of(event).at(-1)?.data).toMatchObject(data);
    };
    await step(() => me.patch(`/v1/notifications/${id}`).send({ read: true }), 'read', {
      ids: [id],
      read_at: expect.any(String),
    });
    await step(() => me.patch(`/v1/notifications/${id}`).send({ read: false }), 'read', {
      ids: [id],
      read_at: null,
    });
    await step(() => me.post('/v1/notifications/mark-all-read').send({ type: 'job_failed' }), 'read', {
      all: true,
      type: 'job_failed',
      read_at: expect.any(String),
    });
    await step(() => me.post('/v1/notifications/delete-read'), 'deleted', { all: true });
    await step(() => me.post(`/v1/notifications/${id}/restore`), 'notification', { toast: false });
    await step(() => me.delete(`/v1/notifications/${id}`), 'deleted', { ids: [id] });
    await reader.until(() => reader.of('unread').at(-1)?.data['count'] === 0);
  });

  it('shows a toast for a muted in-app channel, and stores nothing', async () => {
    const user = newUser();
    await app
      .as(user)
      .patch('/v1/preferences')
      .send({ types: { job_failed: { in_app: false } } });
    const reader = await follow(user);
    await titled(user, 'only a toast');
    await reader.until(() => reader.of('toast').length === 1);
    expect(reader.of('toast')[0]?.data).toMatchObject({
      toast: { type: 'job_failed', level: 'error', title: 'only a toast', event_id: expect.any(String) },
    });
    const { body } = await app.as(user).get('/v1/notifications');
    expect(body).toMatchObject({ notifications: [] });
  });

  it('tells a user nothing of others', async () => {
    const [user, other] = [newUser(), newUser()];
    const reader = await follow(user);
    await titled(other, 'theirs');
    await titled(user, 'mine');
    await reader.until(() => titles(reader).length === 1);
    expect(titles(reader)).toEqual(['mine']);
  });

  it('announces an event of a module in its own transaction after the commit, and never one rolled back', async () => {
    const user = newUser();
    const reader = await follow(user);
    const notifications = app.app.get(NotificationService, { strict: false });
    const dataSource = app.app.get(Database, { strict: false }).dataSource;
    const event = { type: 'job_failed', userIds: [user] };
    const rolledBack = dataSource.transaction(async (manager) => {
      await notifications.notify({ ...event, title: 'rolled back' }, { manager });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    await dataSource.transaction(async (manager) => {
      await notifications.notify({ ...event, title: 'committed' }, { manager });
      // Other people's changes are announced meanwhile: this one is not committed.
      await titled(user, 'in between');
      await reader.until(() => titles(reader).length === 1);
      expect(titles(reader)).toEqual(['in between']);
    });
    await reader.until(() => titles(reader).length === 2);
    expect(titles(reader)).toEqual(['in between', 'committed']);
  });

  it('announces what it had no hint of: another process wrote it, and has gone', async () => {
    const user = newUser();
    const reader = await follow(user);
    await reader.until(() => reader.of('unread').length === 1);
    await client.query(
      `WITH stored AS (
         INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at)
         VALUES ($1, carillon.uuid_v7(now()), gen_random_uuid(), 'job_failed', 'error', 'unheard', now()) RETURNING *
       )
       INSERT INTO carillon.inbox_changes (user_id, kind, notification_id, event_id, unread_delta, live_delta)
       SELECT user_id, 'created', id, event_id, 1, 1 FROM stored`,
      [user],
    );
    await reader.until(() => titles(reader).includes('unheard'));
    expect(reader.of('unread').at(-1)?.data).toEqual({ count: 1 });
  });

  it('resumes after an event without a loss and without an event twice', async () => {
    const user = newUser();
    const first = await follow(user);
    await titled(user, 'a');
    await first.until(() => titles(first).length === 1);
    const seen = first.of('notification')[0]?.id ?? 0;
    first.close();
    for (const title of ['b', 'c', 'd']) await titled(user, title);
    // By now the relay may have moved all of them, or none: both must give the same.
    const second = await follow(user, seen);
    await titled(user, 'e');
    await second.until(() => titles(second).length === 4);
    expect(titles(second)).toEqual(['b', 'c', 'd', 'e']);
    const ids = second.of('notification').map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(second.of('reset')).toEqual([]);
  });

  it('asks a page that comes back to toast only what has not been read or deleted meanwhile', async () => {
    const user = newUser();
    const first = await follow(user);
    await titled(user, 'seen');
    await first.until(() => titles(first).length === 1);
    first.close();
    for (const title of ['read', 'deleted', 'new']) await titled(user, title);
    const { body } = await app.as(user).get('/v1/notifications').expect(200);
    const { notifications } = body as { notifications: { id: string; title: string }[] };
    const path = (title: string) =>
      `/v1/notifications/${notifications.find((row) => row.title === title)?.id}`;
    await app.as(user).patch(path('read')).send({ read: true }).expect(200);
    await app.as(user).delete(path('deleted'));
    const second = await follow(user, first.of('notification')[0]?.id);
    await second.until(() => titles(second).length === 3);
    expect(second.of('notification').map(({ data }) => data['toast'])).toEqual([false, false, true]);
  });

  it('says reset for what it cannot resume from', async () => {
    const user = newUser();
    await titled(user, 'x');
    for (const lastEventId of ['999999999', 'nonsense', '-1', '1.5', '9'.repeat(40)]) {
      const reader = await follow(user, lastEventId);
      await reader.until(() => reader.events.length >= 2);
      expect(reader.events.map(({ event }) => event).slice(0, 2)).toEqual(['reset', 'unread']);
      reader.close();
    }
  });

  it('says reset when the log was pruned since', async () => {
    const user = newUser();
    const reader = await follow(user);
    await titled(user, 'x');
    await reader.until(() => titles(reader).length === 1);
    reader.close();
    await client.query(
      'UPDATE carillon.inbox_log_state SET pruned_seq = (SELECT max(seq) FROM carillon.inbox_log)',
    );
    const late = await follow(user, reader.lastId - 1);
    await late.until(() => late.events.length >= 2);
    expect(late.events[0]?.event).toBe('reset');
  });

  it('ends with the token', async () => {
    // In time for the request, on a busy machine too.
    const reader = await follow(newUser(), undefined, { exp: Math.floor(Date.now() / 1000) + 5 });
    expect(reader.status).toBe(200);
    await reader.until(() => reader.ended);
  });

  it('neither loses anything for a slow reader nor lets it hold up the others', async () => {
    const user = newUser();
    const [slow, quick] = [await follow(user), await follow(user)];
    slow.stall();
    // Several times what the sockets' buffers hold.
    const body = 'x'.repeat(10_000);
    const count = 500;
    const event = { type: 'job_failed', user_ids: [user], body };
    for (let sent = 0; sent < count; sent += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => app.post({ ...event, title: `${sent + index}` })),
      );
    }
    await quick.until(() => titles(quick).length === count);
    expect(titles(slow).length).toBeLessThan(count);
    slow.goOn();
    await slow.until(() => titles(slow).length === count);
    expect(titles(slow)).toEqual(titles(quick));
    expect(new Set(titles(slow)).size).toBe(count);
    await slow.until(() => slow.of('unread').at(-1)?.data['count'] === count);
  });

  it('is for users: API keys 403, nobody 401, unknown parameters 400', async () => {
    await app.producer.get('/v1/notifications/stream').expect(403);
    await app.http.get('/v1/notifications/stream').expect(401);
    await app.as('someone').get('/v1/notifications/stream?nope=1').expect(400);
  });

  it('refuses more streams of one user than any page needs', async () => {
    const user = newUser();
    const headers = { Authorization: `Bearer ${tokenOf(user)}` };
    const open = () => StreamReader.open(`${app.url}/v1/notifications/stream`, headers);
    readers.push(...(await Promise.all(Array.from({ length: 500 }, open))));
    const refused = await open();
    readers.push(refused);
    expect(refused.status).toBe(503);
  });
});

describe('several processes', () => {
  it('announce to one another, and keep one order', async () => {
    const other = await startApp({ database: { url: app.databaseUrl } });
    try {
      const user = newUser();
      const reader = await StreamReader.open(`${other.url}/v1/notifications/stream`, {
        Authorization: `Bearer ${tokenOf(user)}`,
      });
      readers.push(reader);
      for (let index = 0; index < 20; index += 1) {
        const from = index % 2 === 0 ? app : other;
        await from.post({ type: 'job_failed', user_ids: [user], title: String(index) });
      }
      await reader.until(() => titles(reader).length === 20);
      expect(titles(reader)).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
    } finally {
      await other.close();
    }
  });
});

describe('a page whose user is quiet', () => {
  it('resumes after the log was pruned, from where the heartbeats say that it is', async () => {
    const [quiet, busy] = [newUser(), newUser()];
    const reader = await follow(quiet);
    await reader.until(() => reader.events.length > 0);
    const begin = reader.lastId;
    const other = await follow(busy);
    await titled(busy, 'of another user');
    await other.until(() => titles(other).includes('of another user'));
    const announced = other.of('notification').at(-1)?.id as number;
    await reader.until(() => reader.lastBeat >= announced);
    expect(reader.events).toHaveLength(1);
    reader.close();
    // What the relay does with entries that are an hour old.
    await client.query('UPDATE carillon.inbox_log_state SET pruned_seq = $1', [announced]);
    const resumed = await follow(quiet, reader.lastBeat);
    await resumed.until(() => resumed.events.length > 0);
    expect(resumed.of('reset')).toEqual([]);
    const late = await follow(quiet, begin);
    await late.until(() => late.events.length > 1);
    expect(late.of('reset')).toHaveLength(1);
  });
});
