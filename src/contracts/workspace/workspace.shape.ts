import { encodeTypeId, NOTIFICATION_PREFIX } from '../../common/typeid.js';
import type { RowShape } from '../../notifications/inbox.service.js';

/** A notification as workspace.txt shows it. */
export const WORKSPACE_SHAPE: RowShape = {
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
};
