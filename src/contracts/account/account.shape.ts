import { rowShape } from '../../notifications/inbox.service.js';

/** A notification as docs/contracts/account.txt shows it. */
export const ACCOUNT_SHAPE = rowShape({
  name: 'account',
  fields: {
    id: 'id',
    user_id: 'userId',
    type: 'type',
    title: 'title',
    body: 'body',
    data: 'data',
    is_read: 'isRead',
    created_at: 'createdAt',
  },
});
