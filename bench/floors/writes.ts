import type pg from 'pg';
import { mintId } from '../../src/common/ids.js';
import type { Routes } from './http.js';

interface Event {
  type: string;
  user_ids: string[];
  title: string;
  body: string;
  link: string;
  data: object;
}

/**
 * The writes of both floors: there is nothing to map. An event is no more than its rows in the inbox: no row of its
 * own, no preferences, no counters, no stream, no webhooks.
 */
export function writes(pool: pg.Pool): Routes {
  return {
    'PATCH /v1/notifications/*': async ({ user, path }) => {
      const { rows } = await pool.query<Record<string, unknown>>({
        name: 'mark',
        text: `UPDATE carillon.notifications SET read_at = now()
          WHERE user_id = $1 AND id = $2 AND place = 'inbox' AND deleted_at IS NULL AND read_at IS NULL
          RETURNING id, type, title, body, link, team_id, read_at, created_at`,
        values: [user, path[0]],
      });
      return JSON.stringify({ notification: rows[0] ?? null });
    },
    'POST /v1/notifications/mark-all-read': async ({ user }) => {
      const { rowCount } = await pool.query({
        name: 'mark-all',
        text: `UPDATE carillon.notifications SET read_at = now()
          WHERE user_id = $1 AND place = 'inbox' AND deleted_at IS NULL AND read_at IS NULL`,
        values: [user],
      });
      return JSON.stringify({ marked: rowCount });
    },
    'POST /v1/notifications/delete-read': async ({ user }) => {
      const { rowCount } = await pool.query({
        name: 'delete-read',
        text: `UPDATE carillon.notifications SET deleted_at = now()
          WHERE user_id = $1 AND place = 'inbox' AND deleted_at IS NULL AND read_at IS NOT NULL`,
        values: [user],
      });
      return JSON.stringify({ deleted: rowCount });
    },
    'POST /v1/events': async ({ body }) => {
      const event = JSON.parse(body) as Event;
      const at = new Date();
      const id = mintId(at.getTime());
      const values = [id, event.type, event.title, event.body, event.link, JSON.stringify(event.data), at];
      if (event.user_ids.length === 1) {
        await pool.query({ name: 'notify', text: INSERT_ONE, values: [...values, event.user_ids[0], id] });
      } else {
        const ids = event.user_ids.map(() => mintId(at.getTime()));
        await pool.query({
          name: 'notify-many',
          text: INSERT_MANY,
          values: [...values, event.user_ids, ids],
        });
      }
      return JSON.stringify({
        event: { id, type: event.type, created_at: at },
        recipients: event.user_ids.length,
      });
    },
  };
}

const INSERT_ONE = `
  INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, body, link, data, created_at)
  VALUES ($8, $9, $1, $2, 'info', $3, $4, $5, $6, $7)`;

const INSERT_MANY = `
  INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, body, link, data, created_at)
  SELECT r.user_id, r.id, $1, $2, 'info', $3, $4, $5, $6, $7
  FROM unnest($8::text[], $9::uuid[]) AS r(user_id, id)`;
