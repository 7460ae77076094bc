export { createClient, type Client, type ClientOptions } from './client.js';
export { ApiError, ConnectionError } from './errors.js';
export { safeLink } from './link.js';
export type { InboxApi, MeApi, PreferencesApi, WebhooksApi } from './api.js';
export type { LiveStream, Status, StreamListener } from './live-stream.js';
export type { Push, PushOptions, PushStatus } from './push.js';
export type { InboxState, InboxStore } from './store.js';
export type { InboxView, ViewFilter, ViewState } from './view.js';
export type * from './wire.js';
