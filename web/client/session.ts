import type { Http } from './http.js';
import { Hub, type HubListener } from './hub.js';

export interface SessionCallbacks {
  /** Makes a request, whose answer says whose the cookie is. */
  identify(): Promise<void>;
  opened(): Promise<void>;
  /** The cookie became somebody else's. */
  switched(): void;
  closed(): void;
}

/** A page that changes its subscribers (a framework re-rendering) must not close and open the stream for it. */
const LINGER_MS = 250;

/** Holds the hub for as long as anybody in this page listens, and for the user that the page is signed in as. */
export class Session {
  #hub: Hub | undefined;
  #members = 0;
  #attempt = 0;
  #lastEventId = '';
  #shows = false;

  constructor(
    private readonly http: Http,
    private readonly pollMs: number,
    private readonly listener: HubListener,
    private readonly callbacks: SessionCallbacks,
  ) {}

  /** @returns what leaves again */
  join(): () => void {
    this.#members++;
    if (this.#members === 1 && !this.#hub) void this.#start();
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

  async #start(): Promise<void> {
    const attempt = ++this.#attempt;
    const identified = this.callbacks.identify();
    const known = await this.#user();
    // With a cookie, the first answer says whose inbox it is.
    if (known === undefined) await identified;
    const user = known ?? (await this.#user());
    if (attempt === this.#attempt && this.#members > 0) this.#open(user);
  }

  /** A token that cannot be had is the stream's to show. */
  #user(): Promise<string | undefined> {
    return this.http.user().catch(() => undefined);
  }

  #open(user: string | undefined): void {
    this.http.onUser = (now, before) => this.#changeUser(now, before);
    this.#hub = new Hub(this.http, user, this.pollMs, this.listener, this.#lastEventId);
    this.#hub.shows = this.#shows;
    void this.callbacks.opened();
  }

  #stop(): void {
    if (!this.#hub) return;
    this.#attempt++;
    this.#close();
    this.callbacks.closed();
  }

  #close(): void {
    this.http.onUser = undefined;
    this.#lastEventId = this.#hub?.lastEventId ?? '';
    this.#hub?.close();
    this.#hub = undefined;
  }

  #changeUser(user: string, before: string | undefined): void {
    this.#close();
    if (before !== undefined) {
      this.#lastEventId = '';
      this.callbacks.switched();
    }
    this.#open(user);
    void this.callbacks.identify();
  }
}
