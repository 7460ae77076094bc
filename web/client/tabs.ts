import type { Snapshot } from './leader.js';
import type { Status } from './live-stream.js';
import type { StreamEvent, Toast } from './wire.js';

/** What tabs tell each other. */
export type TabMessage =
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'status'; status: Status; fresh: boolean }
  | { kind: 'snapshot'; snapshot: Snapshot }
  | { kind: 'toast'; to: string; toast: Toast }
  | { kind: 'roll-call' }
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

/** Whether tabs can find each other here: browsers on https or localhost. */
export function canShare(): boolean {
  return (
    typeof document !== 'undefined' &&
    typeof BroadcastChannel !== 'undefined' &&
    Boolean(globalThis.navigator?.locks)
  );
}

/** A channel to the same user's other tabs, and the lock that makes one of them the leader. */
export class Tabs {
  readonly #channel: BroadcastChannel;
  readonly #abort = new AbortController();
  #release: (() => void) | undefined;

  constructor(
    private readonly name: string,
    onMessage: (message: TabMessage) => void,
  ) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<TabMessage>) => onMessage(data);
  }

  /** Calls back when this tab leads: at once, or when the tab that did has gone, however it went. */
  campaign(onLead: () => void): void {
    const hold = (): Promise<void> => {
      onLead();
      return new Promise((resolve) => {
        this.#release = resolve;
      });
    };
    // Rejects when the tab gives up before it ever led.
    navigator.locks.request(this.name, { signal: this.#abort.signal }, hold).catch(() => undefined);
  }

  post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  close(): void {
    this.#abort.abort();
    this.#release?.();
    this.#channel.close();
  }
}
