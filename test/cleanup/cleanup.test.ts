import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CleanupJob } from '../../src/cleanup/cleanup.job.js';
import { Database } from '../../src/database/database.js';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import { Clock } from '../../src/common/clock.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

// Ten days after the clocks went back in New York: ninety days are not ninety times a local day.
const NOW = new Date('2026-11-10T12:00:00.000Z');
const DAY = 86_400_000;

// Some seconds where nothing else runs; a busy machine gets its time.
jest.setTimeout(90_000);

let t: TestApp;
let sql: Sql;
let cleanup: CleanupService;

beforeAll(async () => {
  t = await startApp({ retention: { retentionDays: 365 } });
  sql = await connect(t.databaseUrl);
  // A host's database may have any time zone; ours are times, not clock faces.
  const [database] = await sql.rows<{ name: string }>('SELECT current_database() AS name');
  await sql.rows(`ALTER DATABASE ${database!.name} SET timezone TO 'America/New_York'`);
  cleanup = t.app.get(CleanupService, { strict: false });
});

beforeEach(async () => {
  jest.spyOn(Clock.prototype, 'now').mockReturnValue(NOW);
  await sql.rows(
    'TRUNCATE carillon.notifications, carillon.inbox_changes, carillon.inbox_totals, carillon.events',
  );
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await sql.end();
  await t.close();
});

interface Row {
  user?: string;
  title: string;
  createdAt?: Date;
  readAt?: Date;
  deletedAt?: Date;
}

/** Puts rows there as the stores would have, changes included. */
async function given(...rows: Row[]): Promise<void> {
  for (const {
    user = 'u',
    title,
    createdAt = new Date(NOW.getTime() - 200 * DAY),
    readAt,
    deletedAt,
  } of rows) {
    await sql.rows(
      `WITH made AS (
        INSERT INTO carillon.notifications (user_id, id, event_id, type, level, team_id, title, created_at, read_at, deleted_at)
        VALUES ($1, carillon.uuid_v7($3), gen_random_uuid(), 'job_failed', 'error', 'team', $2, $3, $4, $5)
        RETURNING *
      ) INSERT INTO carillon.inbox_changes (user_id, team_id, kind, unread_delta, live_delta)
        SELECT user_id, team_id, 'count', (read_at IS NULL)::int, 1 FROM made WHERE deleted_at IS NULL`,
      [user, title, createdAt, readAt ?? null, deletedAt ?? null],
    );
  }
}

async function titles(): Promise<string[]> {
  const rows = await sql.rows<{ title: string }>('SELECT title FROM carillon.notifications ORDER BY title');
  return rows.map(({ title }) => title);
}

const ago = (days: number, milliseconds = 0) => new Date(NOW.getTime() - days * DAY + milliseconds);

describe('the trash', () => {
  const AROUND = [
    { title: 'a year', deletedAt: ago(365) },
    { title: 'a millisecond too long', deletedAt: ago(90, -1) },
    { title: 'kept: to the millisecond', deletedAt: ago(90) },
    { title: 'kept: a millisecond less', deletedAt: ago(90, 1) },
    { title: 'kept: now', deletedAt: NOW },
    { title: 'kept: read and live', readAt: ago(200) },
    { title: 'kept: unread and live' },
  ];
  const kept = AROUND.map(({ title }) => title).filter((title) => title.startsWith('kept'));

  it('is emptied of what has been there for 90 days, to the millisecond', async () => {
    await given(...AROUND);
    const preview = await cleanup.preview();
    expect(preview['notifications in the trash']).toBe(2);
    expect(await cleanup.run()).toEqual(preview);
    expect(await titles()).toEqual(kept.toSorted());
    expect((await t.as('u').get('/v1/notifications/unread-count')).body).toEqual({ count: 1 });
    expect(Object.values((await cleanup.run()) ?? {}).every((count) => count === 0)).toBe(true);
  });

  it('is emptied of the same by a process in another time zone', async () => {
    await given(...AROUND);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--import',
        './test/support/typescript.mjs',
        'test/cleanup/cleanup-process.ts',
        t.databaseUrl,
        NOW.toISOString(),
      ],
      { env: { ...process.env, TZ: 'America/New_York', PGTZ: 'America/New_York' } },
    );
    const answer = JSON.parse(stdout) as { hour: number; removed: Record<string, number> };
    expect(answer).toMatchObject({ hour: 7, removed: { 'notifications in the trash': 2 } });
    expect(await titles()).toEqual(kept.toSorted());
  });

  it('is emptied in batches, past what somebody holds locked', async () => {
    await sql.rows(
      `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, deleted_at)
       SELECT 'u' || i % 10, carillon.uuid_v7($1), gen_random_uuid(), 'job_failed', 'error', i::text, $1, $1
       FROM generate_series(1, 5000) i`,
      [ago(100)],
    );
    const other = await connect(t.databaseUrl);
    try {
      await other.rows('BEGIN');
      await other.rows(`SELECT FROM carillon.notifications WHERE title = '4999' FOR UPDATE`);
      expect(await cleanup.run()).toMatchObject({ 'notifications in the trash': 4_999 });
      expect(await titles()).toEqual(['4999']);
      await other.rows('ROLLBACK');
    } finally {
      await other.end();
    }
    expect(await cleanup.run()).toMatchObject({ 'notifications in the trash': 1 });
  });

  it('is left as it is between two batches when it is told to stop', async () => {
    await sql.rows(
      `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, deleted_at)
       SELECT 'u', carillon.uuid_v7($1), gen_random_uuid(), 'job_failed', 'error', i::text, $1, $1
       FROM generate_series(1, 2500) i`,
      [ago(100)],
    );
    expect(await cleanup.run(AbortSignal.abort())).toMatchObject({ 'notifications in the trash': 2_000 });
    expect(await titles()).toHaveLength(500);
  });
});

describe('the retention of everything', () => {
  it('removes what is older, wherever it is, and corrects the counters of every team and user', async () => {
    await given(
      { title: 'old, unread', createdAt: ago(365, -1) },
      { title: 'old, read', createdAt: ago(400), readAt: ago(1) },
      { title: 'old, in the trash for long', createdAt: ago(400), deletedAt: ago(100) },
      { title: 'old, in the trash since today', createdAt: ago(400), deletedAt: NOW },
      { title: 'old, another user', createdAt: ago(366), user: 'v' },
      { title: 'to the millisecond', createdAt: ago(365) },
      { title: 'young', createdAt: ago(1), user: 'v' },
    );
    const preview = await cleanup.preview();
    expect(preview).toMatchObject({ 'notifications in the trash': 1, 'old notifications': 4 });
    expect(await cleanup.run()).toEqual(preview);
    expect(await titles()).toEqual(['to the millisecond', 'young']);
    for (const user of ['u', 'v']) {
      for (const query of ['', '?team_id=team']) {
        const { body } = await t.as(user).get(`/v1/notifications/unread-count${query}`);
        expect(body).toEqual({ count: 1 });
      }
    }
    const live = await sql.number(`
      SELECT coalesce((SELECT sum(live) FROM carillon.inbox_totals), 0)
        + coalesce((SELECT sum(live_delta) FROM carillon.inbox_changes), 0)`);
    expect(live).toBe(2);
  });

  it('goes through more users, and more rows of one, than a batch has, past what somebody holds locked', async () => {
    await sql.rows(
      `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at)
       SELECT CASE WHEN i < 2500 THEN 'user ' || i WHEN i < 7000 THEN 'heavy' ELSE 'ω' END,
         carillon.uuid_v7(at), gen_random_uuid(), 'job_failed', 'error', i::text, at
       FROM generate_series(1, 7001) i, LATERAL (SELECT CASE WHEN i % 2 = 0 THEN $1 ELSE $2 END::timestamptz AS at) t`,
      [ago(400), ago(1)],
    );
    const other = await connect(t.databaseUrl);
    try {
      await other.rows('BEGIN');
      await other.rows(`SELECT FROM carillon.notifications WHERE title = '4000' FOR UPDATE`);
      const preview = await cleanup.preview();
      expect(preview).toMatchObject({ 'old notifications': 3_500 });
      expect(await cleanup.run()).toMatchObject({ 'old notifications': 3_499 });
      expect(await titles()).toEqual(expect.not.arrayContaining(['4', '2498', '6998', '7000']));
      expect(await titles()).toHaveLength(3_502);
      await other.rows('ROLLBACK');
    } finally {
      await other.end();
    }
    expect(await cleanup.run()).toMatchObject({ 'old notifications': 1 });
  });

  it('is off unless it is asked for', async () => {
    const other = await startApp({ database: { url: t.databaseUrl }, retention: { cleanupAfterDays: 0 } });
    try {
      await given(
        { title: 'ancient', createdAt: new Date(0) },
        { title: 'just deleted', deletedAt: ago(0, -1) },
      );
      const report = await other.app.get(CleanupService, { strict: false }).run();
      expect(report).not.toHaveProperty('old notifications');
      expect(await titles()).toEqual(['ancient']);
    } finally {
      await other.close();
    }
  });
});

it('removes events and answers under idempotency keys when they are old, and nothing before', async () => {
  const post = (key: string) =>
    t.producer
      .post('/v1/events')
      .set('Idempotency-Key', key)
      .send({ type: 'job_failed', user_ids: ['u'], title: key });
  const clock = jest.spyOn(Clock.prototype, 'now');
  clock.mockReturnValue(ago(90, -1));
  await post('old').expect(201);
  clock.mockReturnValue(ago(90));
  await post('old enough').expect(201);
  clock.mockReturnValue(ago(1));
  await post('yesterday').expect(201);
  clock.mockReturnValue(NOW);
  const preview = await cleanup.preview();
  expect(preview).toMatchObject({ events: 1, 'idempotency keys': 2 });
  expect(await cleanup.run()).toEqual(preview);
  // The event is forgotten, the notification stays.
  expect(await titles()).toEqual(['old', 'old enough', 'yesterday']);
  // At least 24 hours: the repeat of yesterday's still answers the first answer.
  await post('yesterday').expect(200);
  await post('old').expect(201);
});

it('keeps an event that a webhook has still to be told of, until it has been', async () => {
  const made = await sql.rows<{ id: string }>(
    `INSERT INTO carillon.events (id, type, level, source, title, recipients, created_at)
     SELECT gen_random_uuid(), 'job_failed', 'error', 'test', 'T', 1, $1 FROM generate_series(1, 3)
     RETURNING id`,
    [ago(91)],
  );
  for (const [index, status] of ['pending', 'delivered'].entries()) {
    await sql.rows(
      `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, status, created_at, next_attempt_at, finished_at)
       VALUES ('u', gen_random_uuid(), 'webhook', gen_random_uuid(), $1, 'job.failed', $2, $3, 'infinity', $3)`,
      [made[index]?.id, status, ago(1)],
    );
  }
  const preview = await cleanup.preview();
  expect(preview).toMatchObject({ events: 2 });
  expect(await cleanup.run()).toEqual(preview);
  expect(await sql.rows('SELECT id FROM carillon.events')).toEqual([made[0]]);
  await sql.rows(`UPDATE carillon.deliveries SET status = 'delivered'`);
  expect(await cleanup.run()).toMatchObject({ events: 1 });
  await sql.rows('TRUNCATE carillon.deliveries');
});

it('removes finished deliveries of every endpoint, however many there are', async () => {
  // Of users with several endpoints each, more than are looked at in one statement.
  await sql.rows(
    `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, status, created_at, finished_at)
     SELECT 'u' || n / 10, carillon.uuid_v7(at), 'webhook', md5(n::text)::uuid, gen_random_uuid(), 'job.failed',
       CASE WHEN n % 7 = 0 THEN 'pending' ELSE 'delivered' END, at, CASE WHEN n % 7 <> 0 THEN at END
     FROM generate_series(1, 2500) AS n, unnest(ARRAY[$1, $2]::timestamptz[]) AS at`,
    [ago(31), ago(29)],
  );
  const expected = 2500 - Math.floor(2500 / 7);
  expect(await cleanup.preview()).toMatchObject({ deliveries: expected });
  expect(await cleanup.run()).toMatchObject({ deliveries: expected });
  expect(
    await sql.rows(
      `SELECT status, count(*)::int AS n, bool_and(status = 'pending' OR finished_at > $1) AS kept
       FROM carillon.deliveries GROUP BY 1 ORDER BY 1`,
      [ago(30)],
    ),
  ).toEqual([
    { status: 'delivered', n: expected, kept: true },
    { status: 'pending', n: 714, kept: true },
  ]);
  await sql.rows('TRUNCATE carillon.deliveries');
});

it('removes everything else when one kind cannot be removed, and says which at the end', async () => {
  await given({ title: 'in the trash', deletedAt: ago(100) }, { title: 'old', createdAt: ago(400) });
  const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
  await sql.rows(
    `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, created_at)
     VALUES ('u', carillon.uuid_v7($1), 'webhook', gen_random_uuid(), gen_random_uuid(), 'job.failed', $1)`,
    [ago(100)],
  );
  await sql.rows('ALTER TABLE carillon.deliveries RENAME COLUMN finished_at TO elsewhere');
  try {
    await expect(cleanup.run()).rejects.toThrow(
      /^could not remove all deliveries; removed 1 notifications in the trash, 1 old notifications, 0 /,
    );
  } finally {
    await sql.rows('ALTER TABLE carillon.deliveries RENAME COLUMN elsewhere TO finished_at');
    await sql.rows('TRUNCATE carillon.deliveries');
  }
  expect(error).toHaveBeenCalledWith(expect.stringMatching(/^deliveries: .*finished_at/));
  expect(await titles()).toEqual([]);
  // The lock is free again.
  expect(await cleanup.run()).toBeDefined();
});

describe('several at once', () => {
  it('are one: the others leave it alone', async () => {
    const holder = await connect(t.databaseUrl);
    try {
      await holder.rows(
        'SELECT pg_advisory_lock($1::int, $2::int)',
        t.app.get(Database, { strict: false }).lock('cleanup'),
      );
      await given({ title: 'waits', deletedAt: ago(100) });
      expect(await cleanup.run()).toBeUndefined();
      expect(await titles()).toEqual(['waits']);
    } finally {
      await holder.end();
    }
    while ((await cleanup.run()) === undefined);
    expect(await titles()).toEqual([]);
  });

  it('of two that start together one does all of it', async () => {
    await sql.rows(
      `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, deleted_at)
       SELECT 'u', carillon.uuid_v7($1), gen_random_uuid(), 'job_failed', 'error', i::text, $1, $1
       FROM generate_series(1, 6000) i`,
      [ago(100)],
    );
    const reports = await Promise.all([cleanup.run(), cleanup.run()]);
    expect(reports.filter((report) => report === undefined)).toHaveLength(1);
    expect(reports.find((report) => report)).toMatchObject({ 'notifications in the trash': 6_000 });
  });
});

it('is scheduled every day, in no time zone of any machine, and says what it removed', async () => {
  const job = t.app.get(SchedulerRegistry, { strict: false }).getCronJob('notification_cleanup');
  expect([job.cronTime.source, job.cronTime.timeZone]).toEqual(['0 03 * * *', 'UTC']);
  const log = jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
  await given({ title: 'gone', deletedAt: ago(100) });
  await t.app.get(CleanupJob, { strict: false }).run();
  expect(log).toHaveBeenCalledWith(expect.stringMatching(/^removed 1 notifications in the trash, 0 /));
});
