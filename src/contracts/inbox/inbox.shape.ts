import { rowShape } from '../../notifications/inbox.service.js';
import { LIST_FIELDS } from '../../notifications/list-fields.js';
import { filterShape } from '../../notifications/search-input.js';

/** A notification in a list, as docs/contracts/inbox.txt shows it: without its data. */
export const LIST_SHAPE = rowShape({ name: 'inbox', fields: LIST_FIELDS });

/** A notification by itself, with all that is known of it. */
export const SINGLE_SHAPE = rowShape({
  name: 'inbox.single',
  fields: {
    ...LIST_FIELDS,
    level: 'level',
    data: 'data',
    entity: 'entity',
    event_id: 'eventId',
  },
});

/** What a search speaks of, in the words of the native API. */
export const SEARCH_FILTER = filterShape({
  order: 'order_by',
  fields: {
    id: 'id',
    type: 'type',
    level: 'level',
    title: 'title',
    body: 'body',
    team_id: 'teamId',
    read: 'read',
    read_at: 'readAt',
    created_at: 'createdAt',
    entity_type: 'entityType',
    entity_id: 'entityId',
  },
  event: { id: 'id', type: 'type', source: 'source', created_at: 'createdAt' },
  deliveries: { channel: 'channel', status: 'status', attempts: 'attempts', created_at: 'createdAt' },
});
