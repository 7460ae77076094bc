import pg from 'pg';
import { hashOf, hintOf, makeApiKey } from '../src/auth/api-key.js';
import { mintId } from '../src/common/ids.js';

/** How much there is to read. */
export interface Scale {
  users: number;
  rows: number;
}

/** Holds a tenth of all rows; {@link HEAVY_UNREAD} of them are unread, where there are so many. */
export const HEAVY_USER = 'user_heavy';
export const HEAVY_UNREAD = 100_000;

/** Users with so many unread notifications. */
export const UNREAD_STEPS = [10, 1_000] as const;
export const unreadUser = (unread: number): string => `user_with_${unread}_unread`;

export const userId = (number: number): string => `user_${number}`;

/** The site on which most notifications of an ordinary user are. */
export const SITE = 'site_1';

/**
 * One ordinary notification, as a SELECT over the columns `user_id`, `at`, `i` and `unread`.
 * Texts have ordinary lengths; a third has no link, a tenth belongs to no tenant.
 */
const ROW = `
  SELECT user_id, carillon.uuid_v7(at), gen_random_uuid(),
    (ARRAY['job_completed', 'job_failed', 'quota_warning'])[i % 3 + 1],
    (ARRAY['success', 'error', 'warning'])[i % 3 + 1],
    CASE WHEN i / 10 % 10 < 7 THEN 'site_1' WHEN i / 10 % 10 < 9 THEN 'site_2' END,
    'The nightly import of customer data has ended',
    'It took ' || i % 600 || ' seconds and read 18,240 rows, of which 12 were left out. The report names each of them.',
    CASE WHEN i % 3 > 0 THEN '/jobs/' || i END,
    jsonb_build_object('job', i, 'rows', 18240, 'skipped', 12), 'job', 'job_' || i,
    at, CASE WHEN NOT unread THEN at + interval '1 hour' END`;

const INSERT = `
  INSERT INTO carillon.notifications (user_id, id, event_id, type, level, team_id, title, body, link, data,
    entity_type, entity_id, created_at, read_at) ${ROW}`;

const COUNT_ALL = `
  TRUNCATE carillon.inbox_totals, carillon.inbox_changes;
  INSERT INTO carillon.inbox_totals (user_id, team_id, unread, live)
  SELECT user_id, coalesce(team_id, ''), count(*) FILTER (WHERE read_at IS NULL), count(*)
  FROM carillon.notifications WHERE deleted_at IS NULL GROUP BY 1, 2`;

/** Counts again what is in the inboxes of a database that was kept: the floors keep no counters. */
export async function recount(db: pg.Pool): Promise<void> {
  await db.query(COUNT_ALL);
}

/**
 * Fills the inboxes: everybody's notifications come mixed, as time brings them, so that a page of one user is
 * spread over as many places of the table as in life. Three in ten of an ordinary user's are unread.
 */
export async function fill(db: pg.Pool, { users, rows }: Scale): Promise<void> {
  const client = await db.connect();
  try {
    await client.query(
      `SET statement_timeout = 0; SET synchronous_commit = off; SET maintenance_work_mem = '256MB'`,
    );
    // Building an index once is several times faster than keeping it while a million rows arrive.
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(`
      SELECT indexname AS name, indexdef AS definition FROM pg_indexes
      WHERE schemaname = 'carillon' AND tablename = 'notifications' AND indexname NOT LIKE '%pkey'`);
    for (const { name } of indexes) await client.query(`DROP INDEX carillon.${name}`);
    await client.query(
      `${INSERT} FROM (
        SELECT i, now() - interval '60 days' * (1 - i::float8 / $1::bigint) AS at,
          CASE i % 10 WHEN 0 THEN '${HEAVY_USER}' ELSE 'user_' || ((i - i / 10 - 1) * 7919 % $2::bigint) END AS user_id,
          CASE i % 10 WHEN 0 THEN i / 10 % greatest(1, $1::bigint / 10 / ${HEAVY_UNREAD}) = 0 ELSE i / 7 % 10 < 3 END AS unread
        FROM generate_series(0::bigint, $1::bigint - 1) i
      ) source`,
      [rows, users],
    );
    for (const unread of UNREAD_STEPS) await addUsers(client, [unreadUser(unread)], unread);
    for (const { definition } of indexes) await client.query(definition);
    await client.query(COUNT_ALL);
  } finally {
    client.release(true);
  }
  await db.query('VACUUM ANALYZE');
  // What was written must not be flushed to disk while something is measured.
  await db.query('CHECKPOINT');
}

/** Adds users who have `each` notifications, all of them unread or read, with their counters. */
export async function addUsers(
  db: pg.Pool | pg.PoolClient,
  users: string[],
  each: number,
  unread = true,
): Promise<void> {
  await db.query(
    `WITH added AS (
      ${INSERT} FROM (
        SELECT i, now() - interval '1 second' * i AS at, user_id, $3::boolean AS unread
        FROM unnest($1::text[]) AS user_id, generate_series(1, $2::bigint) i
      ) source
      RETURNING user_id, team_id, read_at
    )
    INSERT INTO carillon.inbox_totals (user_id, team_id, unread, live)
    SELECT user_id, coalesce(team_id, ''), count(*) FILTER (WHERE read_at IS NULL), count(*) FROM added GROUP BY 1, 2`,
    [users, each, unread],
  );
}

/** Makes an API key for the benchmark's own events. */
export async function addApiKey(db: pg.Pool): Promise<string> {
  const key = makeApiKey();
  await db.query(
    `INSERT INTO carillon.api_keys (id, name, hint, hash, created_at) VALUES ($1, 'bench', $2, $3, now())`,
    [mintId(Date.now()), hintOf(key), hashOf(key)],
  );
  return key;
}
