import { subscriptionAt } from '../support/push.js';

/** A request that its owner is answered well for. A route without an example fails the test of the routes. */
export interface Example {
  /** What the parameters of the path stand for; all of it is the owner's. */
  id?: 'userId' | 'live' | 'trashed' | 'webhook' | 'subscription' | 'event' | 'scheduled';
  body?: object;
  /** The status for whoever may do it and has the thing. */
  status: number;
  /** What another user is answered by a route that names nothing of anybody: their own emptiness. */
  empty?: object;
  /** For the paths that have a `*`. */
  path?: string;
}

const EMPTY_PAGE = { notifications: [], cursor: null, has_more: false };

export const EXAMPLES: Record<string, Example> = {
  // The native API.
  'GET /v1/notifications': { status: 200, empty: EMPTY_PAGE },
  'GET /v1/notifications/unread-count': { status: 200, empty: { count: 0 } },
  'GET /v1/notifications/counts': { status: 200, empty: { unread: 0, unseen: 0 } },
  'POST /v1/notifications/mark-seen': { status: 200, empty: { unseen: 0 } },
  'POST /v1/notifications/mark-all-read': { status: 200, empty: { marked: 0 } },
  'POST /v1/notifications/delete-read': { status: 200, empty: { deleted: 0 } },
  'POST /v1/notifications/archive-read': { status: 200, empty: { archived: 0 } },
  'POST /v1/notifications/search': { status: 200, empty: { notifications: [], total: 0 } },
  'GET /v1/notifications/stream': { status: 200 },
  'GET /v1/notifications/:id': { id: 'live', status: 200 },
  'PATCH /v1/notifications/:id': { id: 'live', status: 200 },
  'POST /v1/notifications/:id/actions/:action_id': { id: 'live', status: 200 },
  'DELETE /v1/notifications/:id': { id: 'live', status: 200 },
  'POST /v1/notifications/:id/restore': { id: 'trashed', status: 200 },
  'DELETE /v1/notifications/:id/purge': { id: 'trashed', status: 200 },
  'GET /v1/preferences': { status: 200 },
  'PATCH /v1/preferences': { body: { types: { job_failed: { toast: false } } }, status: 200 },
  'GET /v1/webhooks': { status: 200, empty: { webhooks: [] } },
  'POST /v1/webhooks': {
    body: { name: 'mine', kind: 'generic', url: 'http://127.0.0.1:9/', events: '*' },
    status: 201,
  },
  'GET /v1/webhooks/:id': { id: 'webhook', status: 200 },
  'PATCH /v1/webhooks/:id': { id: 'webhook', body: { name: 'changed' }, status: 200 },
  'DELETE /v1/webhooks/:id': { id: 'webhook', status: 200 },
  'POST /v1/webhooks/:id/test': { id: 'webhook', status: 200 },
  'POST /v1/webhooks/:id/rotate-secret': { id: 'webhook', status: 200 },
  'GET /v1/webhooks/:id/deliveries': { id: 'webhook', status: 200 },
  'POST /v1/webhooks/:id/deliveries/:delivery_id/redeliver': { id: 'webhook', status: 202 },
  'GET /v1/push/key': { status: 200 },
  'GET /v1/push/subscriptions': { status: 200, empty: { subscriptions: [] } },
  'POST /v1/push/subscriptions': {
    body: { subscription: subscriptionAt('https://push.example.com/another') },
    status: 201,
  },
  'DELETE /v1/push/subscriptions/:id': { id: 'subscription', status: 200 },
  'GET /v1/notification-types': { status: 200 },
  'GET /v1/me': { status: 200, empty: { email: null, locale: null, quiet_hours: null } },
  'PATCH /v1/me': { body: { locale: 'de', quiet_hours: { from: '22:00', to: '07:00' } }, status: 200 },
  'PUT /v1/users': { body: { users: [{ id: 'a third user', email: 'a@example.com' }] }, status: 200 },
  'PUT /v1/users/:user_id': {
    path: '/v1/users/a%20third%20user',
    body: { email: 'a@example.com' },
    status: 200,
  },
  // No channel of this server can be tried.
  'POST /v1/me/test': { body: { channel: 'in_app' }, status: 400 },
  'POST /v1/email/feedback': {
    body: { message_id: '<nobody@example.com>', kind: 'bounce', permanent: true },
    status: 404,
  },
  'GET /v1/users/:user_id': { id: 'userId', status: 200 },
  'DELETE /v1/users/:user_id': { path: '/v1/users/a%20fourth%20user', status: 200 },
  'GET /v1/users/:user_id/export': { id: 'userId', status: 200 },
  'POST /v1/events': { body: { type: 'job_failed', user_ids: ['somebody'], title: 'T' }, status: 201 },
  'GET /v1/events': { status: 200 },
  // It has been sent.
  'PATCH /v1/events/:id': { id: 'event', body: { send_at: '2026-12-24T18:00:00Z' }, status: 409 },
  'POST /v1/events/withdraw': { body: { collapse_key: 'nothing has it' }, status: 200 },
  'DELETE /v1/events/:id': { id: 'scheduled', status: 200 },
  'GET /v1/events/:id': { id: 'event', status: 200 },

  // The sites contract.
  'GET /api/v1/sites/:site_id/notifications': { status: 200, empty: { data: [], meta: { total: 0 } } },
  'GET /api/v1/sites/:site_id/notifications/unread-count': { status: 200, empty: { unread_count: 0 } },
  'PUT /api/v1/sites/:site_id/notifications/read-all': { status: 200, empty: { updated: 0 } },
  'PUT /api/v1/notifications/:id/read': { id: 'live', status: 200 },

  // The workspace contract.
  'GET /api/notifications': { status: 200, empty: { data: [], pageInfo: { total: 0 } } },
  'GET /api/notifications/unread-count': { status: 200, empty: { count: 0 } },
  'PUT /api/notifications/read-all': { status: 200 },
  'GET /api/notifications/:id': { id: 'live', status: 200 },
  'PUT /api/notifications/:id/read': { id: 'live', status: 200 },
  'DELETE /api/notifications/:id': { id: 'live', status: 200 },
  'DELETE /api/notifications/:id/purge': { id: 'trashed', status: 200 },
  'POST /api/notifications/:id/restore': { id: 'trashed', status: 200 },

  // The account contract.
  'GET /account/api/notifications': { status: 200, empty: { notifications: [], unreadCount: 0 } },
  'PATCH /account/api/notifications/:notificationId/read': { id: 'live', status: 200 },
  'POST /account/api/notifications/read-all': { status: 200, empty: { updated: 0 } },
  'PATCH /account/api/notifications/read-all': { status: 200, empty: { updated: 0 } },
  'PUT /account/api/notifications/read-all': { status: 200, empty: { updated: 0 } },
  'DELETE /account/api/notifications/:notificationId': { id: 'live', status: 200 },
  'DELETE /account/api/notifications': { status: 200 },
  'GET /account/api/notifications/preferences': { status: 200, empty: { job_failed: true } },
  'PUT /account/api/notifications/preferences': { body: { job_failed: false }, status: 200 },

  // For everybody.
  'GET /v1/unsubscribe/:token': { status: 200 },
  'POST /v1/unsubscribe/:token': { status: 200 },
  'GET /health': { status: 200 },
  'GET /health/live': { status: 200 },
  'GET /carillon/*': { path: '/carillon/element.js', status: 200 },
  'GET /docs': { status: 200 },
  'GET /docs/': { status: 200 },
  'GET /docs/*': { path: '/docs/swagger-ui.css', status: 200 },
  // Kept free by the documentation's own module, with nothing behind it.
  'GET /docs/LICENSE': { status: 404 },
  'GET /docs/docs/swagger-ui-init.js': { status: 200 },
  'GET /docs/index.html': { status: 200 },
  'GET /docs/swagger-ui-init.js': { status: 200 },
  'GET /openapi.json': { status: 200 },
  'GET /openapi.yaml': { status: 200 },
  'GET /openapi/account.json': { status: 200 },
  'GET /openapi/inbox.json': { status: 200 },
  'GET /openapi/sites.json': { status: 200 },
  'GET /openapi/workspace.json': { status: 200 },
};

/** The only routes that answer somebody of whom nothing is known. */
export const PUBLIC = /^(GET|HEAD) \/(health|docs|openapi|carillon)\b|^\w+ \/v1\/unsubscribe\/:token$/;
