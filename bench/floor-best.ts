import type pg from 'pg';
import { serveFloor, type Routes } from './floors/http.js';
import { writes } from './floors/writes.js';

/*
 * The best floor: PostgreSQL writes the whole answer, counts included, and it is sent as it is. Two things are left
 * as PostgreSQL has them, because making them would cost it time: timestamps (+00:00 instead of Z), and the ids and
 * cursors of workspace (plain UUIDs).
 */

/** The rows of a page and whether there is one more; `no` numbers them in the list's order. */
function page(columns: string, where: string): string {
  return `SELECT row_number() OVER (ORDER BY id DESC) AS no, id AS page_id, created_at AS page_time, ${columns}
    FROM carillon.notifications WHERE place = 'inbox' AND deleted_at IS NULL AND ${where}`;
}

const INBOX = 'id, type, title, body, link, team_id, read_at, created_at';

const inbox = (where: string) => `
  SELECT json_build_object(
    'notifications', coalesce(json_agg(json_build_object('id', id, 'type', type, 'title', title, 'body', body,
      'link', link, 'team_id', team_id, 'read_at', read_at, 'created_at', created_at)) FILTER (WHERE no < $2), '[]'),
    'cursor', max(page_time || '|' || page_id) FILTER (WHERE no = $2 - 1),
    'has_more', count(*) = $2)::text AS json
  FROM (${page(INBOX, `${where} ORDER BY id DESC LIMIT $2`)}) p`;

const SITES = `
  SELECT json_build_object(
    'data', coalesce(json_agg(p), '[]'),
    'meta', json_build_object('page', $5::int, 'per_page', $3::int,
      'total', (SELECT count(*) FROM carillon.notifications
        WHERE user_id = $1 AND team_id = $2 AND place = 'inbox' AND deleted_at IS NULL)))::text AS json
  FROM (
    SELECT id, team_id AS site_id, user_id AS recipient_clerk_id, type AS notification_type, title, body AS message,
      entity_type, entity_id, read_at IS NOT NULL AS is_read, created_at
    FROM carillon.notifications WHERE user_id = $1 AND team_id = $2 AND place = 'inbox' AND deleted_at IS NULL
    ORDER BY id DESC LIMIT $3 OFFSET $4
  ) p`;

const WORKSPACE = `
  SELECT json_build_object(
    'data', coalesce(json_agg(json_build_object('id', id, 'userId', user_id, 'workspaceId', team_id, 'type', level,
      'title', title, 'body', body, 'data', data, 'read', read_at IS NOT NULL, 'readAt', read_at,
      'createdAt', created_at)) FILTER (WHERE no < $2), '[]'),
    'pageInfo', json_build_object(
      'total', (SELECT count(*) FROM carillon.notifications WHERE user_id = $1 AND place = 'inbox' AND deleted_at IS NULL),
      'hasNextPage', count(*) = $2, 'hasPreviousPage', false,
      'startCursor', min(page_id::text) FILTER (WHERE no = 1),
      'endCursor', min(page_id::text) FILTER (WHERE no = $2 - 1)))::text AS json
  FROM (${page('user_id, team_id, level, title, body, data, read_at, created_at, id', 'user_id = $1 ORDER BY id DESC LIMIT $2')}) p`;

const ACCOUNT = `
  SELECT json_build_object(
    'notifications', coalesce(json_agg(p), '[]'),
    'unreadCount', (SELECT count(*) FROM carillon.notifications
      WHERE user_id = $1 AND read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL),
    'page', $4::int, 'limit', $2::int)::text AS json
  FROM (
    SELECT id, user_id, type, title, body, data, read_at IS NOT NULL AS is_read, created_at
    FROM carillon.notifications WHERE user_id = $1 AND place = 'inbox' AND deleted_at IS NULL
    ORDER BY id DESC LIMIT $2 OFFSET $3
  ) p`;

const UNREAD = `
  SELECT json_build_object('count', count(*))::text AS json FROM carillon.notifications
  WHERE user_id = $1 AND read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL`;

function routes(pool: pg.Pool): Routes {
  const json = async (name: string, text: string, values: unknown[]): Promise<string> =>
    (await pool.query<[string]>({ name, text, values, rowMode: 'array' })).rows[0]?.[0] ?? '';
  return {
    'GET /v1/notifications': ({ user, query }) => {
      const limit = Number(query.get('limit')) + 1;
      const after = query.get('cursor')?.split('|')[1];
      return after
        ? json('inbox-after', inbox('user_id = $1 AND id < $3'), [user, limit, after])
        : json('inbox', inbox('user_id = $1'), [user, limit]);
    },
    'GET /api/v1/sites/*/notifications': ({ user, path, query }) => {
      const limit = Number(query.get('per_page'));
      const number = Number(query.get('page') ?? 1);
      return json('sites', SITES, [user, path[0], limit, (number - 1) * limit, number]);
    },
    'GET /api/notifications': ({ user, query }) =>
      json('workspace', WORKSPACE, [user, Number(query.get('limit')) + 1]),
    'GET /account/api/notifications': ({ user, query }) => {
      const limit = Number(query.get('limit'));
      const number = Number(query.get('page') ?? 1);
      return json('account', ACCOUNT, [user, limit, (number - 1) * limit, number]);
    },
    'GET /v1/notifications/unread-count': ({ user }) => json('unread', UNREAD, [user]),
    ...writes(pool),
  };
}

serveFloor(routes);
