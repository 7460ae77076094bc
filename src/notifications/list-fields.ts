import type { ShapeDefinition } from './projection.sql.js';

/** How pages are shown a notification, in lists and in streams: the names of docs/contracts/inbox.txt. */
export const LIST_FIELDS = {
  id: 'id',
  type: 'type',
  title: 'title',
  body: 'body',
  link: 'link',
  team_id: 'teamId',
  read_at: 'readAt',
  created_at: 'createdAt',
} as const satisfies ShapeDefinition['fields'];
