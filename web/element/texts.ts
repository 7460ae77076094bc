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
  /** The bell's accessible name. */
  bell: Plural;
  /** The same where it counts what is unseen. */
  bellUnseen: Plural;
  close: string;
  cancel: string;
  remove: string;
  loading: string;
  loadMore: string;
  loadFailed: string;
  retry: string;
  actionFailed: string;
  signedOut: string;
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
  bell: { other: 'Notifications, {n} unread' },
  bellUnseen: { other: 'Notifications, {n} new' },
  close: 'Close',
  cancel: 'Cancel',
  remove: 'Delete: {title}',
  loading: 'Loading…',
  loadMore: 'Load more',
  loadFailed: 'This could not be loaded.',
  retry: 'Try again',
  actionFailed: 'That did not work, and nothing was changed.',
  signedOut: 'You are signed out.',
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
