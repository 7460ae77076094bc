import type { Http } from './http.js';
import { Leader, type LeaderOutput, type Snapshot } from './leader.js';
import type { Status } from './live-stream.js';
import { canShare, pickTab, type Presence, type TabMessage, Tabs } from './tabs.js';
import type { StreamEvent, Toast } from './wire.js';

export interface HubListener {
  onEvent(event: StreamEvent): void;
  onStatus(status: Status, fresh: boolean): void;
  onSnapshot(snapshot: Snapshot): void;
  onToast(toast: Toast): void;
}

/** For a new leader to hear of the other tabs before it picks one for a toast. */
const ROLL_CALL_MS = 150;

/**
 * One tab's end of what all tabs of a user share: the leading tab holds the stream and passes on what it hears, and
 * picks the one tab that shows a toast. Without Web Locks each tab leads itself.
 */
export class Hub {
  readonly #tab = crypto.randomUUID();
  readonly #tabs: Tabs | undefined;
  readonly #presences = new Map<string, Presence>();
  #leader: Leader | undefined;
  #lastEventId: string;
  #rolledCall: Promise<void> = Promise.resolve();
  #focusedAt = 0;
  #shows = false;

  /** @param user whose inbox it is; undefined when unknown, and then nothing is shared */
  constructor(
    private readonly http: Http,
    user: string | undefined,
    private readonly pollMs: number,
    private readonly listener: HubListener,
    lastEventId = '',
  ) {
    this.#lastEventId = lastEventId;
    if (user === undefined || !canShare()) {
      this.#lead();
    } else {
      this.#tabs = new Tabs(`carillon ${http.baseUrl} ${user}`, (message) => this.#receive(message));
      this.#tabs.campaign(() => this.#lead());
    }
    if (typeof document === 'undefined') return;
    if (document.hasFocus()) this.#focusedAt = Date.now();
    document.addEventListener('visibilitychange', this.#onVisibility);
    globalThis.addEventListener('focus', this.#onFocus);
    globalThis.addEventListener('pagehide', this.#onHide);
    this.#present();
  }

  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** Whether this page shows toasts. */
  set shows(shows: boolean) {
    this.#shows = shows;
    this.#present();
  }

  /** Brings everything up to date at once: somebody looks, or did something. */
  nudge(): void {
    if (this.#leader) this.#leader.nudge();
    else this.#tabs?.post({ kind: 'nudge' });
  }

  close(): void {
    this.#tabs?.post({ kind: 'bye', tab: this.#tab });
    this.#leader?.close();
    this.#tabs?.close();
    if (typeof document === 'undefined') return;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    globalThis.removeEventListener('focus', this.#onFocus);
    globalThis.removeEventListener('pagehide', this.#onHide);
  }

  #lead(): void {
    const output: LeaderOutput = {
      event: (event) => this.#pass({ kind: 'event', event }),
      status: (status, fresh) => this.#pass({ kind: 'status', status, fresh }),
      snapshot: (snapshot) => this.#pass({ kind: 'snapshot', snapshot }),
      toast: (toast) => void this.#route(toast),
    };
    this.#leader = new Leader(this.http, this.#lastEventId, this.pollMs, output);
    if (!this.#tabs) return;
    this.#tabs.post({ kind: 'roll-call' });
    this.#rolledCall = new Promise((resolve) => setTimeout(resolve, ROLL_CALL_MS));
  }

  /** To the others and to itself. */
  #pass(message: TabMessage): void {
    this.#tabs?.post(message);
    this.#receive(message);
  }

  #receive(message: TabMessage): void {
    switch (message.kind) {
      case 'event':
        if (message.event.id !== '') this.#lastEventId = message.event.id;
        return this.listener.onEvent(message.event);
      case 'status':
        return this.listener.onStatus(message.status, message.fresh);
      case 'snapshot':
        return this.listener.onSnapshot(message.snapshot);
      case 'toast':
        return message.to === this.#tab ? this.listener.onToast(message.toast) : undefined;
      case 'roll-call':
        return this.#present();
      case 'nudge':
        return this.#leader?.nudge();
      case 'presence':
        return this.#meet(message.presence);
      case 'bye':
        this.#presences.delete(message.tab);
    }
  }

  #meet(presence: Presence): void {
    const isNew = !this.#presences.has(presence.tab);
    this.#presences.set(presence.tab, presence);
    // A tab that just opened knows nothing yet of how things stand.
    if (isNew && this.#leader)
      this.#tabs?.post({ kind: 'status', status: this.#leader.status, fresh: false });
  }

  /** One tab shows it. */
  async #route(toast: Toast): Promise<void> {
    await this.#rolledCall;
    const to = pickTab([...this.#presences.values(), this.#presence()]);
    if (to === this.#tab) this.listener.onToast(toast);
    else if (to !== undefined) this.#tabs?.post({ kind: 'toast', to, toast });
  }

  #presence(): Presence {
    const visible = typeof document === 'undefined' || document.visibilityState === 'visible';
    return { tab: this.#tab, visible, focusedAt: this.#focusedAt, shows: this.#shows };
  }

  #present(): void {
    this.#tabs?.post({ kind: 'presence', presence: this.#presence() });
  }

  readonly #onVisibility = (): void => {
    this.#present();
    if (document.visibilityState === 'visible') this.nudge();
  };

  readonly #onFocus = (): void => {
    this.#focusedAt = Date.now();
    this.#present();
  };

  readonly #onHide = (): void => {
    this.#tabs?.post({ kind: 'bye', tab: this.#tab });
  };
}
