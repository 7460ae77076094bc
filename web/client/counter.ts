import { InboxApi } from './api.js';
import type { Http } from './http.js';
import type { Ledger } from './ledger.js';
import type { Counts } from './wire.js';

/** What an inbox counts: how many are unread is reckoned with the rows, how many of these are unseen only the server knows. */
export class Counter {
  readonly #inbox: InboxApi;
  /** Undefined while it is not known that the user has ever looked: all that is unread is unseen. */
  #unseen: number | undefined;
  /** Changes when a count was said: an older question's answer is dropped. */
  #said = 0;

  constructor(
    private readonly http: Http,
    private readonly ledger: Ledger,
    private readonly changed: () => void,
  ) {
    this.#inbox = new InboxApi(http);
  }

  /** Of so many that are unread, those that have come since the user looked. */
  unseenOf(unread: number | undefined): number | undefined {
    return unread === undefined ? undefined : Math.min(this.#unseen ?? unread, unread);
  }

  /** The server said one of them, or both. */
  take({ unread, unseen }: Partial<Counts>): void {
    this.#said++;
    if (unread !== undefined) this.ledger.unread = unread;
    if (unseen !== unread || this.#unseen !== undefined) this.#unseen = unseen ?? this.#unseen;
    this.changed();
  }

  async ask(): Promise<void> {
    const said = ++this.#said;
    const counts = await this.#inbox.counts().catch(() => undefined);
    if (counts && said === this.#said) this.take(counts);
  }

  /** @returns whether there was anything to be said to the server; rejects when it refuses, and then nothing has changed */
  async markSeen(): Promise<boolean> {
    const before = this.#unseen;
    if (before === 0) return false;
    this.#unseen = 0;
    this.#said++;
    this.changed();
    try {
      await new InboxApi(this.http.pinned()).markSeen();
    } catch (error) {
      this.#unseen = before;
      this.changed();
      // What was said meanwhile may be newer than that.
      void this.ask();
      throw error;
    }
    return true;
  }

  /** It is another user's. */
  forget(): void {
    this.#said++;
    this.#unseen = undefined;
  }
}
