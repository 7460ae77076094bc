import type { Http } from './http.js';
import { Hub, type HubListener } from './hub.js';
import { isVisible, watchPage } from './page.js';

export interface SessionCallbacks {
  /** Makes a request, whose answer says whose inbox it is. */
  identify(): Promise<void>;
  /** The user is known, or cannot be known yet, and is listened to. */
  opened(): Promise<void>;
  /** Nothing that is held may be shown any more. */
  forget(): void;
}

/** A page that changes its subscribers (a framework re-rendering) must not close and open the stream for it. */
const LINGER_MS = 250;

/** Holds the hub for as long as anybody in this page listens, and for the user that the page is signed in as. */
export class Session {
  #hub: Hub | undefined;
  #members = 0;
  /** The start that is under way. */
  #starting: symbol | undefined;
  /** How far which user's stream was heard. */
  #heard: Pick<Hub, 'user' | 'lastEventId'> | undefined;
  #shows = false;
  #era: number;
  #leavePage: (() => void) | undefined;

  constructor(
    private readonly http: Http,
    private readonly pollMs: number,
    private readonly listener: Omit<HubListener, 'onStranger'>,
    private readonly callbacks: SessionCallbacks,
  ) {
    this.#era = http.identity.era;
    http.identity.watch(() => this.#onUser());
  }

  /** @returns what leaves again */
  join(): () => void {
    this.#members++;
    this.#start();
    return () => {
      this.#members--;
      setTimeout(() => {
        if (this.#members === 0) this.#stop();
      }, LINGER_MS);
    };
  }

  /** Whether this page shows toasts. */
  shows(shows: boolean): void {
    this.#shows = shows;
    if (this.#hub) this.#hub.shows = shows;
  }

  nudge(): void {
    this.#hub?.nudge();
  }

  /** Does nothing where it has been done, or is under way. */
  #start(): void {
    if (this.#hub || this.#starting || this.#members === 0 || this.http.identity.closed) return;
    this.#leavePage ??= watchPage({
      onLook: (focused) => this.#onLook(focused),
      onLeave: () => this.#pause(),
      onReturn: () => this.http.identity.forget(),
    });
    void this.#open((this.#starting = Symbol()));
  }

  /** Whose inbox it is, only an answer says: a token is read by the server as its application will have it. */
  async #open(attempt: symbol): Promise<void> {
    await this.callbacks.identify();
    if (attempt !== this.#starting) return;
    this.#starting = undefined;
    const { user } = this.http.identity;
    const from = user !== undefined && user === this.#heard?.user ? this.#heard.lastEventId : '';
    this.#hub = new Hub(this.http, user, this.pollMs, { ...this.listener, onStranger: this.#doubt }, from);
    this.#hub.shows = this.#shows;
    void this.callbacks.opened();
  }

  #stop(): void {
    this.#leavePage?.();
    this.#leavePage = undefined;
    this.#pause();
  }

  /** Who comes back may be another user: nothing may stand here then. */
  #pause(): void {
    this.#starting = undefined;
    if (this.#hub) this.#heard = { user: this.#hub.user, lastEventId: this.#hub.lastEventId };
    this.#hub?.close();
    this.#hub = undefined;
    this.callbacks.forget();
  }

  #onUser(): void {
    const { era, user, closed } = this.http.identity;
    if (closed) return this.#stop();
    // Named while nothing is open yet, or as was known.
    if (era === this.#era && (!this.#hub || this.#hub.user === user)) return;
    this.#era = era;
    this.#pause();
    this.#start();
  }

  #onLook(focused: boolean): void {
    this.#hub?.present(focused);
    if (!isVisible()) return;
    this.#start();
    this.nudge();
    this.#doubt();
  }

  /** The cookie may have become another user's meanwhile. */
  readonly #doubt = (): void => {
    if (this.#hub) void this.callbacks.identify();
  };
}
