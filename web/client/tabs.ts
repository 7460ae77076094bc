import type { Snapshot } from './leader.js';
import type { Status } from './live-stream.js';
import type { StreamEvent, Toast } from './wire.js';

/** What the leading tab says. */
export type LeaderMessage =
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'position'; id: string }
  | { kind: 'status'; status: Status; fresh: boolean }
  | { kind: 'snapshot'; snapshot: Snapshot }
  | { kind: 'toast'; to: string; toast: Toast }
  | { kind: 'roll-call' };

/** What tabs say to each other. */
export type TabMessage =
  | LeaderMessage
  /** Somebody looks: the leader may be a hidden page whose timers the browser slows down. */
  | { kind: 'nudge' }
  | { kind: 'presence'; presence: Presence }
  | { kind: 'bye'; tab: string };

/** What the leader weighs when it picks the tab that shows a toast. */
export interface Presence {
  tab: string;
  visible: boolean;
  /** When it last had the focus, in milliseconds since the epoch; 0 for never. */
  focusedAt: number;
  /** Whether anything in it shows toasts. */
  shows: boolean;
}

/** The tab that a person most likely looks at; undefined when none shows toasts. */
export function pickTab(tabs: Iterable<Presence>): string | undefined {
  const rank = (a: Presence, b: Presence): number =>
    Number(b.visible) - Number(a.visible) || b.focusedAt - a.focusedAt || (a.tab < b.tab ? -1 : 1);
  return [...tabs].filter((tab) => tab.shows).sort(rank)[0]?.tab;
}

export interface TabsListener {
  onMessage(message: TabMessage): void;
  /** A tab of another user of the same server was opened or is looked at. */
  onStranger(): void;
  /** This tab leads: at once, or when the tab that did has gone, however that went. */
  onLead(): void;
  /** Tabs cannot find each other here, or not any more. */
  onBroken(): void;
}

/** A channel to the other tabs of the same server, and the lock that makes one of each user's the leader. */
export class Tabs {
  readonly #channel: BroadcastChannel;
  readonly #abort = new AbortController();
  #release: (() => void) | undefined;
  #closed = false;

  /**
   * @param server its address, the same in all tabs
   * @param user whom this tab belongs to
   * @throws where there are no channels, or none that may be used
   */
  constructor(
    private readonly server: string,
    private readonly user: string,
    private readonly listener: TabsListener,
  ) {
    this.#channel = new BroadcastChannel(`carillon ${server}`);
    this.#channel.onmessage = ({ data }: MessageEvent<{ user: string; message: TabMessage }>) => {
      if (this.#closed) return;
      if (data.user === user) listener.onMessage(data.message);
      else if (data.message.kind === 'presence') listener.onStranger();
    };
  }

  /** Waits for the lock. What it never answers when there is no leader either, the hub finds out. */
  async campaign(): Promise<void> {
    const hold = (): Promise<void> | undefined => {
      if (this.#closed) return undefined;
      this.listener.onLead();
      return new Promise((resolve) => {
        this.#release = resolve;
      });
    };
    try {
      const name = `carillon ${this.server} ${this.user}`;
      await navigator.locks.request(name, { signal: this.#abort.signal }, hold);
    } catch {
      // Refused or taken away, as it is where it ends without this tab's doing.
    }
    if (!this.#closed) this.listener.onBroken();
  }

  post(message: TabMessage): void {
    if (this.#closed) return;
    try {
      this.#channel.postMessage({ user: this.user, message });
    } catch {
      this.listener.onBroken();
    }
  }

  close(): void {
    this.#closed = true;
    this.#abort.abort();
    this.#release?.();
    this.#channel.close();
  }
}
