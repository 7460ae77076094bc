import type { Http } from './http.js';
import { load } from './load.js';
import { ask } from './page.js';
import type { BrowserPush } from './push-browser.js';
import type { PushOptions, PushStatus } from './push-options.js';
import type { InboxStore } from './store.js';
import { tell } from './tell.js';

/**
 * Whether this browser shows the user's notifications while no page is open. It is one user's at a time: what another one
 * had set up is taken down when the next is here. Everything but the permission is loaded when it is needed.
 */
export class Push {
  #status: PushStatus | undefined;
  #error: Error | undefined;
  #browser: Promise<BrowserPush> | undefined;
  readonly #listeners = new Set<() => void>();
  /** The last user who was named. */
  #user: string | undefined;

  /** @param options false: this client takes no part in it */
  constructor(
    private readonly http: Http,
    private readonly store: InboxStore,
    private readonly options: PushOptions | false,
  ) {
    // On each visit of one who may have set it up.
    http.identity.watch(() => {
      this.#user = http.identity.user ?? this.#user;
      if (this.#browser || ask(() => Notification.permission, '') === 'granted') void this.refresh();
    });
  }

  /** Undefined until it is known, which has to be asked for ({@link subscribe}), and where this client takes no part. */
  get status(): PushStatus | undefined {
    return this.#status;
  }

  /** Why it is `unavailable`. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Finds the status out, and calls back when it has changed. @returns what ends it */
  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    void this.refresh();
    return () => void this.#listeners.delete(own);
  }

  /** Finds the status out anew. */
  async refresh(): Promise<PushStatus> {
    return this.#with((browser) => browser.refresh(this.#user));
  }

  /** Asks for the permission, if that has to be: to be called in a click. @returns what has become of it */
  async enable(): Promise<PushStatus> {
    const asked = this.options && ask(() => Notification.requestPermission(), undefined);
    return this.#with((browser) => browser.enable(asked || undefined));
  }

  /** In this browser alone. */
  async disable(): Promise<PushStatus> {
    return this.#with((browser) => browser.disable());
  }

  async #with(call: (browser: BrowserPush) => Promise<PushStatus>): Promise<PushStatus> {
    const { options } = this;
    if (!options) return 'unsupported';
    this.#browser ??= load(() => import('./push-browser.js')).then(
      ({ BrowserPush }) =>
        new BrowserPush(this.http, this.store, options, (status, error) => this.#become(status, error)),
    );
    try {
      return await call(await this.#browser);
    } catch (error) {
      // It could not be loaded.
      this.#browser = undefined;
      return this.#become('unavailable', error as Error);
    }
  }

  #become(status: PushStatus, error?: Error): PushStatus {
    const isNew = status !== this.#status || error !== this.#error;
    this.#status = status;
    this.#error = error;
    if (isNew) tell(this.#listeners, undefined);
    return status;
  }
}
