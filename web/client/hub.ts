import type { Http } from './http.js';
import { Leader, type LeaderOutput, type Snapshot } from './leader.js';
import type { Status } from './live-stream.js';
import { ask, hasFocus, isVisible } from './page.js';
import { type LeaderMessage, pickTab, type Presence, type TabMessage, Tabs } from './tabs.js';
import type { StreamEvent, Toast } from './wire.js';

export interface HubListener {
  onEvent(event: StreamEvent): void;
  onStatus(status: Status, fresh: boolean): void;
  onSnapshot(snapshot: Snapshot): void;
  onToast(toast: Toast): void;
  /** Another user of the same server is in another tab: this one's cookie may have become that user's. */
  onStranger(): void;
}

/** For a new leader to hear of the other tabs before it picks one for a toast. */
const ROLL_CALL_MS = 150;
/** A leader answers within milliseconds, a busy one within a second or two; one that does not is none. */
const ANSWER_MS = 5_000;

/**
 * One tab's end of what all tabs of a user share: the leading tab holds the stream and passes on what it hears, and
 * picks the one tab that shows a toast. Where tabs cannot find each other, each one leads alone.
 */
export class Hub {
  /** It has to differ from a handful of others and is no secret; a UUID is not to be had on every origin. */
  readonly #tab = Math.random().toString(36).slice(2);
  #tabs: Tabs | undefined;
  readonly #presences = new Map<string, Presence>();
  #leader: Leader | undefined;
  #lastEventId: string;
  #newest: string | undefined;
  /** One message after the other. */
  #hearing: Promise<void> = Promise.resolve();
  #rolledCall: Promise<void> = Promise.resolve();
  #unanswered: ReturnType<typeof setTimeout> | undefined;
  #focusedAt = hasFocus() ? Date.now() : 0;
  #shows = false;
  #closed = false;

  /** @param user whose inbox it is; undefined when unknown, and then nothing is shared */
  constructor(
    private readonly http: Http,
    readonly user: string | undefined,
    private readonly pollMs: number,
    private readonly listener: HubListener,
    lastEventId: string,
  ) {
    this.#lastEventId = lastEventId;
    if (user !== undefined) this.#tabs = ask(() => this.#join(user), undefined);
    if (this.#tabs) this.#campaign(this.#tabs);
    else this.#lead();
  }

  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** Whether this page shows toasts. */
  set shows(shows: boolean) {
    this.#shows = shows;
    this.present();
  }

  /** Brings everything up to date at once: somebody looks, or did something. */
  nudge(): void {
    if (this.#leader) return this.#leader.nudge();
    this.#tabs?.post({ kind: 'nudge' });
    this.#expectLeader();
  }

  /** Says how things stand with this page. @param focused whether it has just got the focus */
  present(focused = false): void {
    if (focused) this.#focusedAt = Date.now();
    this.#tabs?.post({ kind: 'presence', presence: this.#presence() });
  }

  close(): void {
    this.#closed = true;
    this.#leave();
    this.#leader?.close();
  }

  /** @throws where there is no page, or where it may not have channels */
  #join(user: string): Tabs {
    const server = new URL(`${this.http.baseUrl}/`, document.baseURI).href;
    return new Tabs(server, user, {
      onMessage: (message) => this.#receive(message),
      onStranger: () => this.listener.onStranger(),
      onLead: () => this.#lead(),
      onBroken: () => this.#leadAlone(),
    });
  }

  #campaign(tabs: Tabs): void {
    void tabs.campaign();
    this.present();
    this.#expectLeader();
  }

  #leave(): void {
    clearTimeout(this.#unanswered);
    const tabs = this.#tabs;
    // Before it says so, which may fail too.
    this.#tabs = undefined;
    tabs?.post({ kind: 'bye', tab: this.#tab });
    tabs?.close();
  }

  #leadAlone(): void {
    if (this.#closed) return;
    this.#leave();
    this.#lead();
  }

  #lead(): void {
    if (this.#leader) return;
    clearTimeout(this.#unanswered);
    const output: LeaderOutput = {
      event: (event) => this.#pass({ kind: 'event', event }),
      position: (id) => this.#pass({ kind: 'position', id }),
      status: (status, fresh) => this.#pass({ kind: 'status', status, fresh }),
      snapshot: (snapshot) => this.#pass({ kind: 'snapshot', snapshot }),
      toast: (toast) => void this.#route(toast),
    };
    this.#leader = new Leader(this.http, this.#lastEventId, this.#newest, this.pollMs, output);
    if (!this.#tabs) return;
    this.#tabs.post({ kind: 'roll-call' });
    this.#rolledCall = new Promise((resolve) => setTimeout(resolve, ROLL_CALL_MS));
  }

  /** A lock that never comes and a leader that never speaks look the same, and so does what is done about them. */
  #expectLeader(): void {
    this.#unanswered ??= setTimeout(() => this.#leadAlone(), ANSWER_MS);
  }

  /** To the others and to itself. */
  #pass(message: LeaderMessage): void {
    this.#tabs?.post(message);
    this.#hear(message);
  }

  #receive(message: TabMessage): void {
    switch (message.kind) {
      case 'nudge':
        this.#leader?.nudge();
        return this.#answer();
      case 'presence':
        return this.#meet(message.presence);
      case 'bye':
        return void this.#presences.delete(message.tab);
      default:
        // Two lead for a moment, when one took the other for gone: each of them has its own stream.
        if (this.#leader) return;
        clearTimeout(this.#unanswered);
        this.#unanswered = undefined;
        this.#hearing = this.#hearing.then(() => this.#follow(message));
    }
  }

  /** The leader's token is still this user's, but this page's may have become another's. */
  async #follow(message: LeaderMessage): Promise<void> {
    try {
      await this.http.recognize();
      // Its own stream says the same again.
      if (!this.#leader) this.#hear(message);
    } catch {
      this.#leadAlone();
    }
  }

  #hear(message: LeaderMessage): void {
    if (this.#closed) return;
    switch (message.kind) {
      case 'event':
        if (message.event.id !== '') this.#lastEventId = message.event.id;
        return this.listener.onEvent(message.event);
      case 'position':
        this.#lastEventId = message.id;
        return;
      case 'status':
        return this.listener.onStatus(message.status, message.fresh);
      case 'snapshot':
        this.#newest = message.snapshot.newest;
        return this.listener.onSnapshot(message.snapshot);
      case 'toast':
        return message.to === this.#tab ? this.listener.onToast(message.toast) : undefined;
      case 'roll-call':
        return this.present();
    }
  }

  #meet(presence: Presence): void {
    const isNew = !this.#presences.has(presence.tab);
    this.#presences.set(presence.tab, presence);
    if (isNew) this.#answer();
  }

  /** A tab that just opened, or that heard nothing for long, knows not yet how things stand. */
  #answer(): void {
    if (this.#leader) this.#tabs?.post({ kind: 'status', status: this.#leader.status, fresh: false });
  }

  /** One tab shows it. */
  async #route(toast: Toast): Promise<void> {
    await this.#rolledCall;
    const to = pickTab([...this.#presences.values(), this.#presence()]);
    if (to !== undefined) this.#pass({ kind: 'toast', to, toast });
  }

  #presence(): Presence {
    return { tab: this.#tab, visible: isVisible(), focusedAt: this.#focusedAt, shows: this.#shows };
  }
}
