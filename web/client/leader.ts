import { InboxApi, PreferencesApi } from './api.js';
import { toastOf } from './events.js';
import { type Caller, type Http, isSignedOut } from './http.js';
import { LiveStream, type Status, type StreamListener } from './live-stream.js';
import { isVisible } from './page.js';
import type { Counts, NotificationPage, NotificationRow, StreamEvent, Toast } from './wire.js';

/** What asking the inbox brought. */
export interface Snapshot {
  counts: Counts;
  /** Whether it is not as it was when it was asked before. */
  changed: boolean;
  /** The newest notification: later ones are toasted. */
  newest: string;
}

export interface LeaderOutput {
  event(event: StreamEvent): void;
  /** The stream has come so far without an event. */
  position(lastEventId: string): void;
  /** `fresh`: the stream begins now instead of resuming, so what is loaded may be older than it. */
  status(status: Status, fresh: boolean): void;
  snapshot(snapshot: Snapshot): void;
  toast(toast: Toast): void;
}

/** A stream that is only interrupted comes back sooner than this, and nobody is polled for. */
const PATIENCE_MS = 5_000;

/** Keeps one inbox up to date for every tab: by the stream, and by polling while there is none. */
export class Leader implements StreamListener {
  readonly #stream: LiveStream;
  /** Asks as the user whom this tab leads for alone. */
  readonly #caller: Caller;
  readonly #inbox: InboxApi;
  #fresh: boolean;
  #polled: Status | undefined;
  #newest: string | undefined;
  /** What the last poll brought. */
  #page: NotificationPage | undefined;
  #counts: Counts | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown: Status = 'connecting';
  #closed = false;

  constructor(
    http: Http,
    lastEventId: string,
    newest: string | undefined,
    private readonly pollMs: number,
    private readonly output: LeaderOutput,
  ) {
    this.#caller = http.pinned();
    this.#inbox = new InboxApi(this.#caller);
    this.#fresh = lastEventId === '';
    this.#newest = newest;
    this.#stream = new LiveStream(http, this, lastEventId);
    this.#schedule(Math.min(PATIENCE_MS, pollMs));
  }

  get status(): Status {
    return this.#shown;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stream.close();
  }

  nudge(): void {
    this.#stream.nudge();
    if (!this.#isLive()) void this.#poll();
  }

  onEvent(event: StreamEvent): void {
    this.output.event(event);
    if (event.type === 'toast') this.output.toast(event.toast);
    if (event.type !== 'notification') return;
    this.#newest = later(this.#newest, event.notification.id);
    // A stream that resumes tells what was read elsewhere meanwhile too.
    if (event.toast && event.notification.read_at === null) this.output.toast(toastOf(event.notification));
  }

  onPosition(lastEventId: string): void {
    this.output.position(lastEventId);
  }

  onStatus(status: Status): void {
    if (status === 'live') {
      clearTimeout(this.#timer);
      this.#polled = undefined;
      this.#show('live');
      this.#fresh = false;
      return;
    }
    if (this.#shown === 'live') this.#schedule(Math.min(PATIENCE_MS, this.pollMs));
    // While polling works, that the stream is tried now and then is nobody's concern.
    if (this.#polled !== 'polling' || status === 'signed-out') this.#show(status);
  }

  #isLive(): boolean {
    return this.#stream.status === 'live';
  }

  #show(status: Status): void {
    if (this.#closed || status === this.#shown) return;
    this.#shown = status;
    this.output.status(status, this.#fresh);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    // A tenth of jitter: browsers that lost the stream together need not ask together.
    this.#timer = setTimeout(() => void this.#poll(), ms * (0.9 + Math.random() / 5));
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#closed || this.#isLive()) return;
    // Nobody looks at a hidden page; the next look nudges.
    if (isVisible()) await this.#ask();
    if (!this.#closed && !this.#isLive()) this.#schedule(this.pollMs);
  }

  async #ask(): Promise<void> {
    try {
      const [page, counts] = await Promise.all([this.#inbox.list({ limit: 20 }), this.#inbox.counts()]);
      if (this.#closed || this.#isLive()) return;
      // What the server says is unchanged is answered from memory: it is the same object.
      const changed = page !== this.#page || counts.unread !== this.#counts?.unread;
      [this.#page, this.#counts] = [page, counts];
      const known = this.#newest;
      const newest = (this.#newest = later(known, page.notifications[0]?.id ?? ''));
      this.output.snapshot({ counts, changed, newest });
      this.#polled = 'polling';
      this.#show('polling');
      if (known !== undefined) await this.#toastAfter(known, page.notifications);
    } catch (error) {
      this.#polled = isSignedOut(error) ? 'signed-out' : 'offline';
      if (!this.#closed && !this.#isLive()) this.#show(this.#polled);
    }
  }

  /** The stream says what to toast; a list does not, so the preferences do. */
  async #toastAfter(known: string, rows: NotificationRow[]): Promise<void> {
    const arrived = rows.filter((row) => row.id > known && row.read_at === null);
    if (arrived.length === 0) return;
    const { types } = await new PreferencesApi(this.#caller).get();
    if (this.#closed) return;
    for (const row of arrived.reverse()) if (types[row.type]?.['toast']) this.output.toast(toastOf(row));
  }
}

/** Ids are minted from the time, so the greater text is the newer row. */
function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}
