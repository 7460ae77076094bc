import { type Caller, query } from './http.js';
import type {
  Catalogue,
  ChannelTest,
  Counts,
  Delivery,
  DeliveryPage,
  ListQuery,
  Me,
  MePatch,
  NewWebhook,
  NotificationDetail,
  NotificationPage,
  NotificationPatch,
  NotificationRow,
  Preferences,
  PreferencesPatch,
  Scope,
  Webhook,
  WebhookPatch,
  WebhookTest,
} from './wire.js';

/** The user's notifications. Every call rejects with `ApiError` (the server said no) or `ConnectionError`. */
export class InboxApi {
  constructor(private readonly http: Caller) {}

  /** A page, newest first. A repeat of the same call is answered from memory when nothing changed. */
  list(filter: ListQuery = {}, signal?: AbortSignal): Promise<NotificationPage> {
    return this.http.get('/notifications', { query: filter, conditional: true, signal });
  }

  async get(id: string): Promise<NotificationDetail> {
    const { notification } = await this.http.get<{ notification: NotificationDetail }>(row(id));
    return notification;
  }

  async unreadCount(scope: Pick<Scope, 'team_id'> = {}, signal?: AbortSignal): Promise<number> {
    const parts = { query: scope, conditional: true, signal };
    return (await this.http.get<{ count: number }>('/notifications/unread-count', parts)).count;
  }

  /** How many are unread, and how many of these have come since {@link markSeen}: of one moment. */
  counts(signal?: AbortSignal): Promise<Counts> {
    return this.http.get('/notifications/counts', { conditional: true, signal });
  }

  /** The user has looked: what is there now is seen, and stays unread. */
  async markSeen(): Promise<void> {
    await this.http.send('POST', '/notifications/mark-seen');
  }

  markRead(id: string): Promise<NotificationRow> {
    return this.patch(id, { read: true });
  }

  markUnread(id: string): Promise<NotificationRow> {
    return this.patch(id, { read: false });
  }

  /** Takes it out of the inbox, read; `false`: back into it, as it is. */
  archive(id: string, archived = true): Promise<NotificationRow> {
    return this.patch(id, { archived });
  }

  /** Takes it out of the inbox until a time, when it is on top, unread; null: back into it now. */
  snooze(id: string, until: Date | null): Promise<NotificationRow> {
    return this.patch(id, { snoozed_until: until });
  }

  /** Takes one of its actions, and marks it read. The first one holds. */
  async act(id: string, actionId: string): Promise<NotificationRow> {
    const path = `${row(id)}/actions/${encodeURIComponent(actionId)}`;
    return (await this.http.send<{ notification: NotificationRow }>('POST', path)).notification;
  }

  /** Archives every read one of the inbox. @returns how many */
  async archiveRead(scope: Scope = {}): Promise<number> {
    return (await this.http.send<{ archived: number }>('POST', '/notifications/archive-read', scope))
      .archived;
  }

  /** @returns how many were marked */
  async markAllRead(scope: Scope = {}): Promise<number> {
    return (await this.http.send<{ marked: number }>('POST', '/notifications/mark-all-read', scope)).marked;
  }

  /** Moves it to the trash; {@link restore} takes it back. */
  async delete(id: string): Promise<void> {
    await this.http.send('DELETE', row(id));
  }

  async restore(id: string): Promise<NotificationRow> {
    const path = `${row(id)}/restore`;
    return (await this.http.send<{ notification: NotificationRow }>('POST', path)).notification;
  }

  /** Deletes for good what is in the trash. */
  async purge(id: string): Promise<void> {
    await this.http.send('DELETE', `${row(id)}/purge`);
  }

  /** Moves every read one to the trash. @returns how many */
  async deleteRead(scope: Scope = {}): Promise<number> {
    return (await this.http.send<{ deleted: number }>('POST', '/notifications/delete-read', scope)).deleted;
  }

  /** Does several of these at once. */
  async patch(id: string, patch: NotificationPatch): Promise<NotificationRow> {
    return (await this.http.send<{ notification: NotificationRow }>('PATCH', row(id), patch)).notification;
  }
}

/** Which types reach the user over which channel. */
export class PreferencesApi {
  constructor(private readonly http: Caller) {}

  get(): Promise<Preferences> {
    return this.http.get('/preferences', { conditional: true });
  }

  /** Sets the channels that are named, leaves the others. @returns all of them */
  update(patch: PreferencesPatch): Promise<Preferences> {
    return this.http.send('PATCH', '/preferences', patch);
  }

  /** Sends the user a test over a channel, at once, and says what came of it. */
  test(channel: string): Promise<ChannelTest> {
    return this.http.send('POST', '/me/test', { channel });
  }
}

/** What the user sets about how and when something reaches them. */
export class MeApi {
  constructor(private readonly http: Caller) {}

  get(): Promise<Me> {
    return this.http.get('/me', { conditional: true });
  }

  /** Sets what is named, leaves the rest. @returns all of it */
  update(patch: MePatch): Promise<Me> {
    return this.http.send('PATCH', '/me', patch);
  }
}

/** The user's webhook endpoints and what was sent to them. */
export class WebhooksApi {
  constructor(private readonly http: Caller) {}

  async list(): Promise<Webhook[]> {
    return (await this.http.get<{ webhooks: Webhook[] }>('/webhooks')).webhooks;
  }

  async get(id: string): Promise<Webhook> {
    return (await this.http.get<{ webhook: Webhook }>(endpoint(id))).webhook;
  }

  /** @returns the endpoint; a generic one with its secret, this once */
  async create(webhook: NewWebhook): Promise<Webhook> {
    return (await this.http.send<{ webhook: Webhook }>('POST', '/webhooks', webhook)).webhook;
  }

  async update(id: string, patch: WebhookPatch): Promise<Webhook> {
    return (await this.http.send<{ webhook: Webhook }>('PATCH', endpoint(id), patch)).webhook;
  }

  async delete(id: string): Promise<void> {
    await this.http.send('DELETE', endpoint(id));
  }

  /** Makes one real attempt and says what came of it. */
  async test(id: string): Promise<WebhookTest> {
    return (await this.http.send<{ test: WebhookTest }>('POST', `${endpoint(id)}/test`)).test;
  }

  /** @returns the endpoint with its new secret, this once; the former one signs too for a day */
  async rotateSecret(id: string): Promise<Webhook> {
    return (await this.http.send<{ webhook: Webhook }>('POST', `${endpoint(id)}/rotate-secret`)).webhook;
  }

  deliveries(id: string, page: { cursor?: string; limit?: number } = {}): Promise<DeliveryPage> {
    return this.http.get(`${endpoint(id)}/deliveries${query(page)}`);
  }

  async redeliver(id: string, deliveryId: string): Promise<Delivery> {
    const path = `${endpoint(id)}/deliveries/${encodeURIComponent(deliveryId)}/redeliver`;
    return (await this.http.send<{ delivery: Delivery }>('POST', path)).delivery;
  }
}

/** Which channels and which kinds of notifications there are. */
export function getCatalogue(http: Caller): Promise<Catalogue> {
  return http.get('/notification-types', { conditional: true });
}

function row(id: string): string {
  return `/notifications/${encodeURIComponent(id)}`;
}

function endpoint(id: string): string {
  return `/webhooks/${encodeURIComponent(id)}`;
}
