import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { countSql } from '../../src/notifications/list.sql.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

const TEAMS = ['a', 'b', undefined];
const USERS = ['u0', 'u1'];

// Some seconds where nothing else runs; a busy machine gets its time.
jest.setTimeout(90_000);

let t: TestApp;
let sql: Sql;

beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
});

afterAll(async () => {
  await sql.end();
  await t.close();
});

const step = fc.record({
  user: fc.constantFrom(...USERS),
  pick: fc.nat(),
  team: fc.constantFrom(...TEAMS),
  kind: fc.constantFrom(
    ...(['notify', 'notify', 'mark', 'mark', 'unmark', 'delete', 'delete', 'restore', 'purge'] as const),
    ...(['mark-all', 'mark-all', 'delete-read', 'mark-all-team'] as const),
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One client: its requests one after the other, each at whatever the others left. */
async function play(steps: Step[], known: Map<string, string[]>): Promise<void> {
  for (const { user, pick, team, kind } of steps) {
    const ids = known.get(user) ?? [];
    const id = ids[pick % Math.max(1, ids.length)] ?? '00000000-0000-7000-8000-000000000000';
    const one = `/v1/notifications/${id}`;
    switch (kind) {
      case 'notify':
        // Both users at once: statements of several events lock rows of several users.
        await t.post({ type: 'job_failed', user_ids: USERS, title: 'n', team_id: team });
        known.set(user, await idsOf(user));
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
    AND coalesce(n.team_id, '') = t.team_id AND n.read_at IS NULL AND n.deleted_at IS NULL) r
  WHERE counted <> there
  UNION ALL
  SELECT u.user_id, 'live', counted, there FROM unnest($1::text[]) u(user_id),
  LATERAL (SELECT (${countSql('live', 'u.user_id').replaceAll(':schema.', 'carillon.')}) AS counted) c,
  LATERAL (SELECT count(*) AS there FROM carillon.notifications n
    WHERE n.user_id = u.user_id AND n.deleted_at IS NULL) r
  WHERE counted <> there`;

/** The counts as users are told them, beside those that are there. */
async function expectExact(): Promise<void> {
  expect(await sql.rows(DISAGREEMENTS, [USERS])).toEqual([]);
  for (const user of USERS) {
    for (const team of TEAMS) {
      const query = team === undefined ? '' : `?team_id=${team}`;
      const { body } = await t.as(user).get(`/v1/notifications/unread-count${query}`).expect(200);
      const count = await sql.number(
        `SELECT count(*) FROM carillon.notifications WHERE user_id = $1 AND ($2::text IS NULL OR team_id = $2)
          AND read_at IS NULL AND deleted_at IS NULL`,
        [user, team ?? null],
      );
      expect(body).toEqual({ count });
    }
  }
}

it('the counts are those of the rows at every moment, however the requests of several clients interleave', async () => {
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
        await expectExact();
      },
    ),
    { numRuns: 8 },
  );

  // Once the relay has folded everything, the totals alone are right.
  while ((await sql.number('SELECT count(*) FROM carillon.inbox_changes')) > 0);
  await expectExact();
  const differing = await sql.rows(
    `SELECT user_id, team_id, unread, live, unread_rows, live_rows
      FROM carillon.inbox_totals t FULL JOIN (
        SELECT user_id, coalesce(team_id, '') AS team_id, count(*) AS live_rows,
          count(*) FILTER (WHERE read_at IS NULL) AS unread_rows
        FROM carillon.notifications WHERE deleted_at IS NULL GROUP BY 1, 2
      ) n USING (user_id, team_id)
      WHERE coalesce(unread, 0) <> coalesce(unread_rows, 0) OR coalesce(live, 0) <> coalesce(live_rows, 0)`,
  );
  expect(differing).toEqual([]);
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
