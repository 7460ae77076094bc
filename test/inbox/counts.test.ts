import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { NotificationService } from '../../src/index.js';
import { Database } from '../../src/database/database.js';
import { countSql } from '../../src/notifications/list.sql.js';
import { unseenSql } from '../../src/notifications/seen.sql.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { unseenByDefinition, watchSeen } from '../support/seen.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';

const TEAMS = ['a', 'b', undefined];
/** What is done to many at once is not done to the last one, so that its stream says everything row by row. */
const USERS = ['u0', 'u1', 'followed'];
const FOLLOWED = 'followed';

// Some seconds where nothing else runs; a busy machine gets its time.
jest.setTimeout(90_000);

let t: TestApp;
let sql: Sql;
/** On the same database: what time does is done by either of them. */
let other: TestApp;

beforeAll(async () => {
  t = await startApp();
  other = await startApp({ database: { url: t.databaseUrl } });
  sql = await connect(t.databaseUrl);
  await watchSeen(sql);
});

afterAll(async () => {
  await sql.end();
  await other.close();
  await t.close();
});

const step = fc.record({
  user: fc.constantFrom(...USERS),
  pick: fc.nat(),
  team: fc.constantFrom(...TEAMS),
  kind: fc.constantFrom(
    ...(['notify', 'notify', 'mark', 'mark', 'unmark', 'delete', 'delete', 'restore', 'purge'] as const),
    ...(['archive', 'archive', 'unarchive', 'snooze', 'snooze', 'end-snooze', 'expiring'] as const),
    ...(['collapse', 'collapse', 'collapse', 'late', 'late', 'look', 'look', 'look'] as const),
    ...(['mark-all', 'mark-all', 'delete-read', 'archive-read', 'mark-all-team'] as const),
  ),
});
const MANY: ReadonlySet<string> = new Set(['mark-all', 'delete-read', 'archive-read', 'mark-all-team']);

/** While the others go on, or after. */
const soon = (pick: number) => new Date(Date.now() + 2_000 + (pick % 2_000)).toISOString();
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One client: its requests one after the other, each at whatever the others left. */
async function play(steps: Step[], known: Map<string, string[]>): Promise<void> {
  for (const { user, pick, team, kind } of steps) {
    const ids = known.get(user) ?? [];
    const id = ids[pick % Math.max(1, ids.length)] ?? '00000000-0000-7000-8000-000000000000';
    const one = `/v1/notifications/${id}`;
    if (user === FOLLOWED && MANY.has(kind)) continue;
    switch (kind) {
      case 'notify':
        // Both users at once: statements of several events lock rows of several users.
        await t.post({ type: 'job_failed', user_ids: USERS, title: 'n', team_id: team });
        known.set(user, await idsOf(user));
        break;
      case 'expiring':
        await t.post({
          type: 'job_failed',
          user_ids: USERS,
          title: 'x',
          team_id: team,
          expires_at: soon(pick),
        });
        known.set(user, await idsOf(user));
        break;
      case 'collapse':
        await t.post({
          ...{ type: 'job_failed', user_ids: USERS, title: 'c', team_id: team },
          collapse_key: `k${pick % 2}`,
        });
        known.set(user, await idsOf(user));
        break;
      case 'late':
        await notifyLate(team, pick);
        break;
      case 'look':
        await send(user, 'POST', '/v1/notifications/mark-seen');
        break;
      case 'archive':
        await send(user, 'PATCH', one, { archived: true });
        break;
      case 'unarchive':
        await send(user, 'PATCH', one, { archived: false });
        break;
      case 'snooze':
        await send(user, 'PATCH', one, { snoozed_until: soon(pick) });
        break;
      case 'end-snooze':
        await send(user, 'PATCH', one, { snoozed_until: null });
        break;
      case 'archive-read':
        await send(user, 'POST', '/v1/notifications/archive-read', { team_id: team });
        break;
      case 'mark':
        await send(user, 'PATCH', one, { read: true });
        break;
      case 'unmark':
        await send(user, 'PATCH', one, { read: false });
        break;
      case 'delete':
        await send(user, 'DELETE', one);
        break;
      case 'restore':
        await send(user, 'POST', `${one}/restore`);
        break;
      case 'purge':
        await send(user, 'DELETE', `${one}/purge`);
        break;
      case 'mark-all':
        await send(user, 'POST', '/v1/notifications/mark-all-read');
        break;
      case 'mark-all-team':
        await send(user, 'POST', '/v1/notifications/mark-all-read', { team_id: team });
        break;
      case 'delete-read':
        await send(user, 'POST', '/v1/notifications/delete-read', { team_id: team });
    }
  }
}

/** Of a transaction that is committed after others have come and been looked at. */
async function notifyLate(teamId: string | undefined, pick: number): Promise<void> {
  const service = t.app.get(NotificationService, { strict: false });
  const event = { type: 'job_failed', userIds: USERS, title: 'l', teamId };
  await t.app.get(Database, { strict: false }).transaction(async (manager) => {
    await service.notify({ ...event, ...(pick % 2 === 0 && { collapseKey: 'k0' }) }, { manager });
    await new Promise((resolve) => setTimeout(resolve, pick % 50));
  });
}

async function send(user: string, method: string, path: string, body: object = {}): Promise<void> {
  const response = await fetch(`${t.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${tokenOf(user)}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  // Another client may have been faster; nothing else may go wrong.
  expect([200, 404, 409]).toContain(response.status);
}

async function idsOf(user: string): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    'SELECT id FROM carillon.notifications WHERE user_id = $1 ORDER BY id DESC LIMIT 20',
    [user],
  );
  return rows.map(({ id }) => id);
}

/** Where the counters and the rows disagree, in one snapshot. */
const DISAGREEMENTS = `
  SELECT u.user_id, t.team_id, counted, there FROM unnest($1::text[]) u(user_id)
  CROSS JOIN unnest(ARRAY['a', 'b', '']) t(team_id),
  LATERAL (SELECT (${countSql('unread', 'u.user_id', 't.team_id').replaceAll(':schema.', 'carillon.')}) AS counted) c,
  LATERAL (SELECT count(*) AS there FROM carillon.notifications n WHERE n.user_id = u.user_id
    AND coalesce(n.team_id, '') = t.team_id AND n.read_at IS NULL AND n.place = 'inbox' AND n.deleted_at IS NULL) r
  WHERE counted <> there
  UNION ALL
  SELECT u.user_id, 'live', counted, there FROM unnest($1::text[]) u(user_id),
  LATERAL (SELECT (${countSql('live', 'u.user_id').replaceAll(':schema.', 'carillon.')}) AS counted) c,
  LATERAL (SELECT count(*) AS there FROM carillon.notifications n
    WHERE n.user_id = u.user_id AND n.place = 'inbox' AND n.deleted_at IS NULL) r
  WHERE counted <> there
  UNION ALL
  SELECT u.user_id, 'unseen', counted, there FROM unnest($1::text[]) u(user_id),
  LATERAL (SELECT (${unseenSql('u.user_id').replaceAll(':schema.', 'carillon.')}) AS counted) c,
  LATERAL (SELECT (${unseenByDefinition('u.user_id')}) AS there) r
  WHERE counted IS DISTINCT FROM there`;

/** The counts as users are told them, beside those that are there: two looks, between which nothing may change. */
async function expectExact(): Promise<void> {
  for (const user of USERS) {
    for (const team of TEAMS) {
      const query = team === undefined ? '' : `?team_id=${team}`;
      const { body } = await t.as(user).get(`/v1/notifications/unread-count${query}`).expect(200);
      const count = await sql.number(
        `SELECT count(*) FROM carillon.notifications WHERE user_id = $1 AND ($2::text IS NULL OR team_id = $2)
          AND read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL`,
        [user, team ?? null],
      );
      expect(body).toEqual({ count });
    }
  }
}

interface Row {
  id: string;
  read_at: string | null;
}

/** The list as a page has it that does what its stream says, newest first. */
function replayed(reader: StreamReader): string[] {
  const rows = new Map<string, Row>();
  for (const { event, data } of reader.events) {
    const {
      notification,
      replaces,
      ids = [],
      read_at,
    } = data as {
      notification?: Row;
      replaces?: string;
      ids?: string[];
      read_at?: string | null;
    };
    if (event === 'notification') {
      rows.delete(replaces ?? '');
      rows.set(notification!.id, notification!);
    }
    if (event === 'moved') rows.delete(notification!.id);
    for (const id of ids) {
      const row = rows.get(id);
      if (event === 'read' && row) rows.set(id, { ...row, read_at: read_at ?? null });
      if (event === 'deleted') rows.delete(id);
    }
  }
  return [...rows.values()].map(shown).sort().reverse();
}

const shown = ({ id, read_at }: Row) => `${id} ${read_at}`;

async function follow(): Promise<StreamReader> {
  return StreamReader.open(`${other.url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf(FOLLOWED)}`,
    'Last-Event-ID': '0',
  });
}

/** Nothing has a time that is still to come, and everything has been announced. */
async function settled(): Promise<void> {
  const left = `SELECT (SELECT count(*) FROM carillon.inbox_changes) + (SELECT count(*) FROM carillon.notifications
    WHERE expires_at IS NOT NULL OR (snoozed_until IS NOT NULL AND deleted_at IS NULL))`;
  while ((await sql.number(left)) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

it('the counts are those of the rows at every moment, however the requests of several clients interleave', async () => {
  const reader = await follow();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 5, maxLength: 25 }), { minLength: 2, maxLength: 8 }),
      async (clients) => {
        const known = new Map(USERS.map((user) => [user, [] as string[]]));
        for (const user of USERS) known.set(user, await idsOf(user));
        let running = true;
        // While they run and while the relay folds what they did: every single snapshot is right.
        const watcher = (async () => {
          let looks = 0;
          for (; running; looks += 1) expect(await sql.rows(DISAGREEMENTS, [USERS])).toEqual([]);
          return looks;
        })();
        await Promise.all(clients.map((steps) => play(steps, known))).finally(() => (running = false));
        expect(await watcher).toBeGreaterThan(0);
        expect(await sql.rows(DISAGREEMENTS, [USERS])).toEqual([]);
      },
    ),
    { numRuns: 8 },
  );

  // Once the relay has folded everything, the totals alone are right.
  await settled();
  await expectExact();
  const differing = await sql.rows(
    `SELECT user_id, team_id, unread, live, unread_rows, live_rows
      FROM carillon.inbox_totals t FULL JOIN (
        SELECT user_id, coalesce(team_id, '') AS team_id, count(*) AS live_rows,
          count(*) FILTER (WHERE read_at IS NULL) AS unread_rows
        FROM carillon.notifications WHERE place = 'inbox' AND deleted_at IS NULL GROUP BY 1, 2
      ) n USING (user_id, team_id)
      WHERE coalesce(unread, 0) <> coalesce(unread_rows, 0) OR coalesce(live, 0) <> coalesce(live_rows, 0)`,
  );
  expect(differing).toEqual([]);

  // A page that was open all the time, and one that comes only now.
  const { body } = await t.as(FOLLOWED).get('/v1/notifications?limit=200').expect(200);
  const listed = (body as { notifications: Row[] }).notifications.map(shown);
  const late = await follow();
  await late.until(() => late.of('unread').length > 1);
  await reader.until(() => reader.lastId >= late.lastId);
  expect(replayed(late)).toEqual(listed);
  expect(replayed(reader)).toEqual(listed);
  reader.close();
  late.close();
});

it('a mark that waited for another one answers with what that left', async () => {
  await t.post({ type: 'job_failed', user_ids: ['waiting'], title: 'n' });
  const [id] = await idsOf('waiting');
  const other = await connect(t.databaseUrl);
  await other.rows('BEGIN');
  await other.rows(`UPDATE carillon.notifications SET read_at = '2026-01-02T03:04:05Z' WHERE id = $1`, [id]);
  const answer = t
    .as('waiting')
    .patch(`/v1/notifications/${id}`)
    .send({ read: true })
    .then(({ body }) => body as { notification: { read_at: string } });
  const waiting = `SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await sql.number(waiting)) === 0);
  await other.rows('COMMIT');
  await other.end();
  expect((await answer).notification.read_at).toBe('2026-01-02T03:04:05.000Z');
});
