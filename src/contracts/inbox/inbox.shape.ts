import { rowShape, type RowShape } from '../../notifications/inbox.service.js';
import { LIST_FIELDS } from '../../notifications/list-fields.js';
import { filterShape } from '../../notifications/search-input.js';

/** A notification in a list, as docs/contracts/inbox.txt shows it: without its data. */
export const LIST_SHAPE = rowShape({ name: 'inbox', fields: LIST_FIELDS });

/** What the full view has beside. */
const FULL_FIELDS = {
  level: 'level',
  count: 'count',
  actions: 'actions',
  image: 'image',
  actor: 'actor',
  action: 'action',
  entity: 'entity',
  expires_at: 'expiresAt',
  snoozed_until: 'snoozedUntil',
  archived_at: 'archivedAt',
  first_created_at: 'firstCreatedAt',
} as const satisfies RowShape['fields'];

/** A notification in a list, for pages that show more of it. */
export const FULL_SHAPE = rowShape({ name: 'inbox.full', fields: { ...LIST_FIELDS, ...FULL_FIELDS } });

/** A notification by itself, with all that is known of it. */
export const SINGLE_SHAPE = rowShape({
  name: 'inbox.single',
  fields: { ...LIST_FIELDS, ...FULL_FIELDS, data: 'data', event_id: 'eventId' },
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
    archived_at: 'archivedAt',
    snoozed_until: 'snoozedUntil',
    entity_type: 'entityType',
    entity_id: 'entityId',
  },
  event: { id: 'id', type: 'type', source: 'source', created_at: 'createdAt' },
  deliveries: { channel: 'channel', status: 'status', attempts: 'attempts', created_at: 'createdAt' },
});
