/** A text with `{n}`, by plural category (`one`, `other`, … as `Intl.PluralRules` names them). */
export interface Plural {
  zero?: string;
  one?: string;
  two?: string;
  few?: string;
  many?: string;
  other: string;
}

/** Every word that the bell and the toasts say. `{title}`, `{type}` and `{n}` are filled in. */
export interface Texts {
  notifications: string;
  unread: string;
  /** The bell's accessible name. */
  bell: Plural;
  close: string;
  cancel: string;
  show: string;
  all: string;
  onlyUnread: string;
  type: string;
  allTypes: string;
  markAllRead: string;
  markRead: string;
  markUnread: string;
  /** The button that shows what can be done to a notification, where no pointer hovers; below it, in short. */
  actions: string;
  asRead: string;
  asUnread: string;
  delete: string;
  deleteRead: string;
  toPreferences: string;
  /** Leads to the inbox's own page. */
  seeAll: string;
  remove: string;
  removed: string;
  undo: string;
  restored: string;
  markedRead: Plural;
  removedRead: Plural;
  confirmRead: string;
  confirmReadBody: string;
  confirmReadOfType: string;
  empty: string;
  emptyHint: string;
  emptyUnread: string;
  emptyUnreadHint: string;
  loading: string;
  loadMore: string;
  loadFailed: string;
  retry: string;
  actionFailed: string;
  signedOut: string;
  offline: string;
  now: string;

  newNotifications: string;
  dismiss: string;
  moreToasts: Plural;
  levels: Record<'info' | 'success' | 'warning' | 'error', string>;

  /** What types are called; one that is not here is named by its key. */
  types: Record<string, string>;
}

export const en: Texts = {
  notifications: 'Notifications',
  unread: 'Unread',
  bell: { other: 'Notifications, {n} unread' },
  close: 'Close',
  cancel: 'Cancel',
  show: 'Show',
  all: 'All',
  onlyUnread: 'Unread',
  type: 'Type',
  allTypes: 'All types',
  markAllRead: 'Mark all as read',
  markRead: 'Mark as read: {title}',
  markUnread: 'Mark as unread: {title}',
  actions: 'Actions: {title}',
  asRead: 'Mark as read',
  asUnread: 'Mark as unread',
  delete: 'Delete',
  deleteRead: 'Delete read',
  toPreferences: 'Notification preferences',
  seeAll: 'See all',
  remove: 'Delete: {title}',
  removed: 'Deleted: {title}',
  undo: 'Undo',
  restored: 'Restored: {title}',
  markedRead: {
    zero: 'Nothing was unread',
    one: '{n} notification marked as read',
    other: '{n} notifications marked as read',
  },
  removedRead: {
    zero: 'Nothing to delete',
    one: '{n} notification deleted',
    other: '{n} notifications deleted',
  },
  confirmRead: 'Delete read notifications?',
  confirmReadBody: 'Every notification that you have read is deleted. Unread ones stay.',
  confirmReadOfType:
    'Every notification of the type “{type}” that you have read is deleted. Unread ones stay.',
  empty: 'Nothing here yet',
  emptyHint: 'Notifications appear here as they arrive.',
  emptyUnread: 'All caught up',
  emptyUnreadHint: 'You have no unread notifications.',
  loading: 'Loading…',
  loadMore: 'Load more',
  loadFailed: 'This could not be loaded.',
  retry: 'Try again',
  actionFailed: 'That did not work, and nothing was changed.',
  signedOut: 'You are signed out.',
  offline: 'No connection. Trying again…',
  now: 'just now',

  newNotifications: 'New notifications',
  dismiss: 'Dismiss: {title}',
  moreToasts: { one: '{n} more notification', other: '{n} more notifications' },
  levels: { info: 'Information', success: 'Success', warning: 'Warning', error: 'Error' },

  types: {
    'job.completed': 'Manual job completed',
    'issue.digest': 'Issue digest',
    'issue.new': 'New issue',
    'feedback.new': 'New feedback',
    'questionnaire.response_new': 'New response',
    'app.review_new': 'New review',
  },
};
