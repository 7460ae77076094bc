import { getCatalogue, InboxApi, MeApi, PreferencesApi, WebhooksApi } from './api.js';
import { Http, type ClientOptions as HttpOptions } from './http.js';
import { LiveStream, type StreamListener } from './live-stream.js';
import type { PushOptions } from './push-options.js';
import { Push } from './push.js';
import { InboxStore } from './store.js';
import type { Catalogue } from './wire.js';

export interface ClientOptions extends HttpOptions {
  /** How often the inbox is asked while the stream cannot be had. Default: 30,000. */
  pollMs?: number;
  /** Where pushes come in; false: this client takes no part in them, as one of several users on a page. */
  push?: PushOptions | false;
}

/** One user's notifications on one server. */
export interface Client {
  readonly inbox: InboxApi;
  readonly preferences: PreferencesApi;
  readonly me: MeApi;
  readonly webhooks: WebhooksApi;
  /** The inbox as it changes, shared between the tabs of a browser: what a user interface is built on. */
  readonly store: InboxStore;
  /** Notifications that the browser shows while no page is open. */
  readonly push: Push;
  /** Which channels and which kinds of notifications there are. */
  catalogue(): Promise<Catalogue>;
  /**
   * Opens a stream of this caller's own, reconnecting until it is closed. It never polls and shares with nobody;
   * see {@link store} for that.
   *
   * @param lastEventId the last event that was seen, to resume after it
   */
  stream(listener: StreamListener, lastEventId?: string): LiveStream;
  /**
   * Calls back when another user is signed in than before, or none any more: the store has dropped everything by then,
   * and what an application keeps of its own it has to drop too. @returns what ends it
   */
  onUserChange(listener: () => void): () => void;
  /**
   * For signing out: ends all streams, drops everything at once and accepts no late answer. The client cannot be used
   * again; the next user gets a new one.
   */
  close(): void;
}

/** The default of `pollMs`: as often as the contracts' own clients poll. */
const POLL_MS = 30_000;

/** Makes a client. It does nothing until it is used. */
export function createClient(options: ClientOptions = {}): Client {
  const http = new Http(options);
  const store = new InboxStore(http, options.pollMs ?? POLL_MS);
  return {
    inbox: new InboxApi(http),
    preferences: new PreferencesApi(http),
    me: new MeApi(http),
    webhooks: new WebhooksApi(http),
    store,
    push: new Push(http, store, options.push ?? {}),
    catalogue: () => getCatalogue(http),
    stream: (listener, lastEventId) => new LiveStream(http, listener, lastEventId),
    onUserChange(listener) {
      let { era } = http.identity;
      return http.identity.watch(() => {
        if (era === http.identity.era) return;
        ({ era } = http.identity);
        listener();
      });
    },
    close: () => http.identity.close(),
  };
}
