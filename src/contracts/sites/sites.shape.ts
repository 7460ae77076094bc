import type { RowShape } from '../../notifications/inbox.service.js';

/** A notification as docs/contracts/sites.txt shows it. */
export const SITES_SHAPE: RowShape = {
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
};
