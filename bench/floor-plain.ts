import type pg from 'pg';
import { encodeTypeId } from '../src/common/typeid.js';
import { serveFloor, type Call, type Routes } from './floors/http.js';
import { writes } from './floors/writes.js';

/*
 * The plain floor: what a good engineer writes first. Rows become objects, objects are mapped to the contract's
 * names and stringified; what a contract counts, it counts.
 */

const COLUMNS = `user_id, id, type, level, team_id, title, body, link, data, entity_type, entity_id, created_at, read_at`;

interface Row {
  user_id: string;
  id: string;
  type: string;
  level: string;
  team_id: string | null;
  title: string;
  body: string | null;
  link: string | null;
  data: object | null;
  entity_type: string | null;
  entity_id: string | null;
  created_at: Date;
  read_at: Date | null;
}

function routes(pool: pg.Pool): Routes {
  const rowsOf = async (name: string, where: string, values: unknown[]): Promise<Row[]> => {
    const text = `SELECT ${COLUMNS} FROM carillon.notifications WHERE place = 'inbox' AND deleted_at IS NULL AND ${where}`;
    return (await pool.query<Row>({ name, text, values })).rows;
  };
  const countOf = async (name: string, where: string, values: unknown[]): Promise<number> => {
    const text = `SELECT count(*) FROM carillon.notifications WHERE place = 'inbox' AND deleted_at IS NULL AND ${where}`;
    return Number((await pool.query<{ count: string }>({ name, text, values })).rows[0]?.count);
  };
  const unreadOf = (user: string) => countOf('unread', 'user_id = $1 AND read_at IS NULL', [user]);

  return {
    'GET /v1/notifications': async ({ user, query }) => {
      const limit = Number(query.get('limit'));
      const after = query.get('cursor')?.split('|')[1];
      const rows = await (after
        ? rowsOf('inbox-after', 'user_id = $1 AND id < $3 ORDER BY id DESC LIMIT $2', [
            user,
            limit + 1,
            after,
          ])
        : rowsOf('inbox', 'user_id = $1 ORDER BY id DESC LIMIT $2', [user, limit + 1]));
      const page = rows.slice(0, limit);
      const last = page[page.length - 1];
      const hasMore = rows.length > limit;
      return JSON.stringify({
        notifications: page.map((row) => ({
          id: row.id,
          type: row.type,
          title: row.title,
          body: row.body,
          link: row.link,
          team_id: row.team_id,
          read_at: row.read_at,
          created_at: row.created_at,
        })),
        cursor: hasMore && last ? `${last.created_at.toISOString()}|${last.id}` : null,
        has_more: hasMore,
      });
    },

    'GET /api/v1/sites/*/notifications': async ({ user, path, query }) => {
      const { page, limit } = pageOf(query, 'per_page');
      const [rows, total] = await Promise.all([
        rowsOf('sites', 'user_id = $1 AND team_id = $2 ORDER BY id DESC LIMIT $3 OFFSET $4', [
          user,
          path[0],
          limit,
          (page - 1) * limit,
        ]),
        countOf('sites-total', 'user_id = $1 AND team_id = $2', [user, path[0]]),
      ]);
      return JSON.stringify({
        data: rows.map((row) => ({
          id: row.id,
          site_id: row.team_id,
          recipient_clerk_id: row.user_id,
          notification_type: row.type,
          title: row.title,
          message: row.body,
          entity_type: row.entity_type,
          entity_id: row.entity_id,
          is_read: row.read_at !== null,
          created_at: row.created_at,
        })),
        meta: {
          page,
          per_page: limit,
          page_size: limit,
          total,
          total_items: total,
          total_pages: Math.ceil(total / limit),
        },
      });
    },

    'GET /api/notifications': async ({ user, query }) => {
      const limit = Number(query.get('limit'));
      const [rows, total] = await Promise.all([
        rowsOf('workspace', 'user_id = $1 ORDER BY id DESC LIMIT $2', [user, limit + 1]),
        countOf('total', 'user_id = $1', [user]),
      ]);
      const page = rows.slice(0, limit);
      return JSON.stringify({
        data: page.map((row) => ({
          id: encodeTypeId('ntf', row.id),
          userId: row.user_id,
          workspaceId: row.team_id,
          type: row.level,
          title: row.title,
          body: row.body,
          data: row.data,
          read: row.read_at !== null,
          readAt: row.read_at,
          createdAt: row.created_at,
        })),
        pageInfo: {
          total,
          hasNextPage: rows.length > limit,
          hasPreviousPage: false,
          startCursor: page[0]?.id ?? null,
          endCursor: page[page.length - 1]?.id ?? null,
        },
      });
    },

    'GET /account/api/notifications': async ({ user, query }) => {
      const { page, limit } = pageOf(query, 'limit');
      const [rows, unreadCount] = await Promise.all([
        rowsOf('account', 'user_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3', [
          user,
          limit,
          (page - 1) * limit,
        ]),
        unreadOf(user),
      ]);
      return JSON.stringify({
        notifications: rows.map((row) => ({
          id: row.id,
          user_id: row.user_id,
          type: row.type,
          title: row.title,
          body: row.body,
          data: row.data,
          is_read: row.read_at !== null,
          created_at: row.created_at,
        })),
        unreadCount,
        page,
        limit,
      });
    },

    'GET /v1/notifications/unread-count': async ({ user }) => JSON.stringify({ count: await unreadOf(user) }),
    ...writes(pool),
  };
}

function pageOf(query: Call['query'], size: string): { page: number; limit: number } {
  return { page: Number(query.get('page') ?? 1), limit: Number(query.get(size)) };
}

serveFloor(routes);
