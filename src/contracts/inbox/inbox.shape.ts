import type { RowShape } from '../../notifications/inbox.service.js';

/** A notification in a list, as inbox.txt shows it: without its data. */
export const LIST_SHAPE: RowShape = {
  name: 'inbox',
  fields: {
    id: 'id',
    type: 'type',
    title: 'title',
    body: 'body',
    link: 'link',
    team_id: 'teamId',
    read_at: 'readAt',
    created_at: 'createdAt',
  },
};

/** A notification by itself, with all that is known of it. */
export const SINGLE_SHAPE: RowShape = {
  name: 'inbox.single',
  fields: {
    ...LIST_SHAPE.fields,
    level: 'level',
    data: 'data',
    entity: 'entity',
    event_id: 'eventId',
  },
};
