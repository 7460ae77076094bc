import { rowShape } from '../../notifications/inbox.service.js';
import { filterShape } from '../../notifications/search-input.js';

/** A notification as docs/contracts/sites.txt shows it. */
export const SITES_SHAPE = rowShape({
  name: 'sites',
  fields: {
    id: 'id',
    site_id: 'teamId',
    recipient_clerk_id: 'userId',
    notification_type: 'type',
    title: 'title',
    message: 'body',
    entity_type: 'entityType',
    entity_id: 'entityId',
    is_read: 'isRead',
    created_at: 'createdAt',
  },
});

/** What its clients sort by and search in. */
export const SITES_FILTER = filterShape({
  order: 'sort_by',
  fields: {
    id: 'id',
    notification_type: 'type',
    title: 'title',
    message: 'body',
    is_read: 'read',
    created_at: 'createdAt',
  },
  event: {},
  deliveries: {},
});
