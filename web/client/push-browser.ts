import { ApiError } from './errors.js';
import { type Caller, type Http, isSignedOut } from './http.js';
import { ask } from './page.js';
import type { PushOptions, PushStatus } from './push-options.js';
import { deviceName } from './push-device.js';
import { PushRecord } from './push-record.js';
import { PushWorker } from './push-worker-link.js';
import type { InboxStore } from './store.js';
import { within } from './within.js';

/** A person may look at the browser's question for a while. */
const PERMISSION_MS = 120_000;

interface Subscribed {
  subscription: { id: string };
}

/** What is done in the browser and at the server for one user's pushes. */
export class BrowserPush {
  readonly #worker: PushWorker;
  readonly #record: PushRecord;
  /** One thing after the other. */
  #turns: Promise<unknown> = Promise.resolve();
  /** Whose it is here, until that changes. */
  #user: string | undefined;
  #leaveBadge: (() => void) | undefined;

  /** @param become is called with each new status */
  constructor(
    private readonly http: Http,
    private readonly store: InboxStore,
    options: PushOptions,
    private readonly become: (status: PushStatus, error?: Error) => PushStatus,
  ) {
    this.#record = new PushRecord(new URL(`${http.baseUrl}/`, document.baseURI).href);
    this.#worker = new PushWorker(options, {
      isOwn: () => this.#isOn,
      shown: (id) => store.leaveOut(id),
      opened: () => void this.#markOpened(),
    });
    // Another tab has turned it on or off.
    this.#record.watch(() => void this.refresh(undefined));
  }

  /**
   * Finds out how it stands, and puts right what has changed since the last visit.
   *
   * @param last the last user who was here: where the client is closed, that one has signed out
   */
  refresh(last: string | undefined): Promise<PushStatus> {
    return this.#take(() => (this.http.identity.closed ? this.#leave(last) : this.#bring(false)));
  }

  /** @param asked what the browser will say */
  async enable(asked: Promise<NotificationPermission> | undefined): Promise<PushStatus> {
    // Once it is answered, or not: what it says then stands below.
    await within(PERMISSION_MS, undefined, async () => asked).catch(() => undefined);
    return this.#take(() => this.#bring(true));
  }

  disable(): Promise<PushStatus> {
    return this.#take(async () => {
      const { id } = this.#record;
      const { user } = this.http.identity;
      if (user !== undefined) this.#record.want(user, false);
      await this.#takeDown();
      // The server finds out by itself, later.
      if (id)
        await this.#call()
          .send('DELETE', `/push/subscriptions/${encodeURIComponent(id)}`)
          .catch(() => undefined);
      return this.#off();
    });
  }

  /** @param wanted whether the user asks for it now; else only what was asked for before is brought about */
  async #bring(wanted: boolean): Promise<PushStatus> {
    if (!isSupported()) return this.become('unsupported');
    try {
      const { key } = await this.#call().get<{ key: string }>('/push/key', { conditional: true });
      const { user } = this.http.identity;
      if (user === undefined) return this.#off();
      if (this.#record.owner !== user) await this.#takeDown();
      const isToBe = wanted || this.#record.wants(user);
      if (Notification.permission !== 'granted' || !isToBe) return this.#off();
      if (!wanted && (await this.#isRemoved())) {
        this.#record.want(user, false);
        await this.#takeDown();
        return this.#off();
      }
      await this.#subscribe(key, user);
      return this.#on(user);
    } catch (error) {
      // Signed out, which is nothing that was wrong.
      if (isSignedOut(error) || Notification.permission === 'denied') return this.#off();
      return this.become('unavailable', error as Error);
    }
  }

  /** Whether the server has it no more, while the browser still does: the user has removed it elsewhere. */
  async #isRemoved(): Promise<boolean> {
    const subscription = await this.#worker.subscription();
    if (!subscription || subscription.endpoint !== this.#record.endpoint) return false;
    const { subscriptions } = await this.#call().get<{ subscriptions: { id: string }[] }>(
      '/push/subscriptions',
    );
    return !subscriptions.some(({ id }) => id === this.#record.id);
  }

  async #subscribe(key: string, user: string): Promise<void> {
    const calls = this.#call();
    const subscription = await this.#worker.subscribe(key);
    const { endpoint } = subscription;
    if (this.#record.owner === user && this.#record.endpoint === endpoint) return;
    try {
      const { subscription: made } = await calls.send<Subscribed>('POST', '/push/subscriptions', {
        subscription: subscription.toJSON(),
        device: deviceName(),
      });
      this.#record.own(user, made.id, endpoint);
      this.#record.want(user, true);
    } catch (error) {
      // Nobody would know whose it is.
      await this.#worker.unsubscribe();
      throw error;
    }
  }

  #on(user: string): PushStatus {
    this.#user = user;
    void this.#markOpened();
    this.#leaveBadge ??= this.store.subscribe(() => setBadge(this.store.state.unread));
    return this.become('on');
  }

  #off(): PushStatus {
    return this.become(Notification.permission === 'denied' ? 'denied' : 'off');
  }

  async #leave(last: string | undefined): Promise<PushStatus> {
    if (last !== undefined && this.#record.owner === last) await this.#takeDown();
    this.#worker.close();
    return this.become('off');
  }

  /** Nothing more is shown here, and nothing stays that was. */
  async #takeDown(): Promise<void> {
    this.#user = undefined;
    this.#leaveBadge?.();
    this.#leaveBadge = undefined;
    if (this.#record.owner !== undefined) setBadge(0);
    this.#record.own(undefined);
    await this.#worker.unsubscribe();
  }

  get #isOn(): boolean {
    return this.#user !== undefined && this.#user === this.http.identity.user;
  }

  /** What was opened by a click on a push is read: the worker has no token, the page does it. */
  async #markOpened(): Promise<void> {
    if (!this.#isOn) return;
    for (const { id, keep } of await this.#worker.opened()) {
      try {
        await this.store.markRead(id);
      } catch (error) {
        if (!(error instanceof ApiError)) await keep();
      }
    }
  }

  #call(): Caller {
    return this.http.pinned();
  }

  #take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => undefined);
    return turn;
  }
}

function isSupported(): boolean {
  return ask(() => Boolean(navigator.serviceWorker && window.PushManager && window.Notification), false);
}

/** On the application's icon, where it has one. */
function setBadge(unread: number | undefined): void {
  if (unread !== undefined) void ask(() => navigator.setAppBadge(unread), undefined)?.catch(() => undefined);
}
