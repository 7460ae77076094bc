import { encodeTypeId, NOTIFICATION_PREFIX } from '../../common/typeid.js';
import { rowShape } from '../../notifications/inbox.service.js';
import { filterShape } from '../../notifications/search-input.js';

/** A notification as docs/contracts/workspace.txt shows it. */
export const WORKSPACE_SHAPE = rowShape({
  name: 'workspace',
  fields: {
    id: 'id',
    userId: 'userId',
    workspaceId: 'teamId',
    type: 'level',
    title: 'title',
    body: 'body',
    data: 'data',
    read: 'isRead',
    readAt: 'readAt',
    createdAt: 'createdAt',
  },
  formatId: (uuid) => encodeTypeId(NOTIFICATION_PREFIX, uuid),
});

/** What a filter and an order of docs/contracts/workspace.txt speak of. */
export const WORKSPACE_FILTER = filterShape({
  order: 'orderBy',
  fields: {
    id: 'id',
    userId: 'userId',
    workspaceId: 'teamId',
    type: 'level',
    category: 'type',
    title: 'title',
    body: 'body',
    read: 'read',
    readAt: 'readAt',
    createdAt: 'createdAt',
    archivedAt: 'archivedAt',
    snoozedUntil: 'snoozedUntil',
    entityType: 'entityType',
    entityId: 'entityId',
  },
  event: { id: 'id', type: 'type', source: 'source', createdAt: 'createdAt' },
  deliveries: { channel: 'channel', status: 'status', attempts: 'attempts', createdAt: 'createdAt' },
});
