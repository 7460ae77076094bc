import type { InboxPage, ListQuery } from '../../notifications/inbox.service.js';
import { pageJson } from '../page-json.js';
import type { AccountListQuery } from './account.dto.js';

const UNREAD_ONLY = ['1', 'true'];

/** The page that a query of docs/contracts/account.txt asks for, with the user's whole unread count. */
export function listQuery(userId: string, { page, limit, unread_only }: AccountListQuery): ListQuery {
  return {
    userId,
    limit,
    offset: (page - 1) * limit,
    count: 'unread',
    ...(UNREAD_ONLY.includes(unread_only ?? '') && { read: false }),
  };
}

export function accountPageJson({ rows, count = 0 }: InboxPage, { page, limit }: AccountListQuery): string {
  return pageJson('notifications', rows, { unreadCount: count, page, limit });
}
