import { InboxApi } from './api.js';
import { acted, asBefore, aside, back, changeOf, isBeyond, placed } from './changes.js';
import type { Change, Place } from './changes.js';
import { Counter } from './counter.js';
import type { Http } from './http.js';
import type { HubListener } from './hub.js';
import type { Snapshot } from './leader.js';
import { Ledger } from './ledger.js';
import { Lists } from './lists.js';
import type { Status } from './live-stream.js';
import { type Call, OwnChanges } from './own-changes.js';
import { Session } from './session.js';
import { tell } from './tell.js';
import type { InboxView, ViewFilter } from './view.js';
import type { NotificationRow, Scope, StreamEvent, Toast } from './wire.js';

export interface InboxState {
  readonly status: Status;
  /** The exact number of unread notifications; undefined until it is known. */
  readonly unread: number | undefined;
  /** How many of these have come since {@link InboxStore.markSeen}. */
  readonly unseen: number | undefined;
}

const NOT_KNOWN_YET: InboxState = { status: 'connecting', unread: undefined, unseen: undefined };

/** Changes of many that come together, as an own one does by its answer and by the stream, are asked about once. */
const GATHER_MS = 50;
/** Soon enough for somebody who looks at an old list, and no burden on a server that is overloaded. */
const RETRY_MS = 5_000;

/** One user's inbox, up to date while it has listeners: the server's state, with the user's own changes until it refuses them. */
export class InboxStore {
  readonly #inbox: InboxApi;
  readonly #ledger = new Ledger();
  readonly #counter: Counter;
  readonly #listeners = new Set<() => void>();
  readonly #toastListeners = new Set<(toast: Toast) => void>();
  /** The notifications that the browser shows outside of the page. */
  readonly #leftOut = new Set<string>();
  readonly #lists: Lists;
  #state = NOT_KNOWN_YET;
  readonly #session: Session;
  #announced = false;
  readonly #own: OwnChanges;
  /** What went by what was done here: an undoing shows at once. */
  readonly #gone = new Set<string>();
  #resyncing: Promise<void> | undefined;
  /** Whether the lists may be older than something that was heard: asking for them anew has not succeeded yet. */
  #stale = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(http: Http, pollMs: number) {
    this.#counter = new Counter(http, this.#ledger, () => this.#emit());
    this.#inbox = new InboxApi(http);
    this.#lists = new Lists(
      this.#inbox,
      this.#ledger,
      (listener) => this.subscribe(listener),
      () => this.#emit(),
    );
    this.#own = new OwnChanges(http, this.#ledger, {
      changed: () => this.#emit(),
      settled: () => this.#nudge(),
      resync: () => this.#resync(),
    });
    const listener: Omit<HubListener, 'onStranger'> = {
      onEvent: (event) => this.#onEvent(event),
      onStatus: (status, fresh) => this.#onStatus(status, fresh),
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onToast: (toast) => void (this.isLeftOut(toast) || tell(this.#toastListeners, toast)),
    };
    this.#session = new Session(http, pollMs, listener, {
      identify: () => this.#counter.ask(),
      // Lists from before a pause: another tab's stream went on without this page.
      opened: () => this.#reload(),
      forget: () => this.#forget(),
    });
  }

  /** The same object until something changes. */
  get state(): InboxState {
    return this.#state;
  }

  /** Keeps the store up to date, and calls back after every change. @returns what ends it */
  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    const leave = this.#session.join();
    return () => {
      if (this.#listeners.delete(own)) leave();
    };
  }

  /** Calls back for every toast that this page is to show; of several tabs, one is asked. @returns what ends it */
  onToastShown(listener: (toast: Toast) => void): () => void {
    const own = (toast: Toast): void => listener(toast);
    this.#toastListeners.add(own);
    const leave = this.#session.join();
    this.#session.shows(true);
    return () => {
      if (!this.#toastListeners.delete(own)) return;
      this.#session.shows(this.#toastListeners.size > 0);
      leave();
    };
  }

  /** No toast is shown of it: the browser shows it already. @internal */
  leaveOut(id: string): void {
    this.#leftOut.add(id);
  }

  /** @internal */
  isLeftOut({ notification_id: id }: Toast): boolean {
    return id !== undefined && this.#leftOut.has(id);
  }

  /** A list of what the filter admits; the same one for the same filter. */
  view(filter: ViewFilter = {}): InboxView {
    return this.#lists.view(filter);
  }

  /** The user has looked: what is unseen is no more, and what is unread stays so. @returns and rejects as {@link markRead} */
  async markSeen(): Promise<void> {
    if (await this.#counter.markSeen()) this.#nudge();
  }

  /** @returns when the server has confirmed it; rejects when it has not, and then nothing has changed */
  async markRead(id: string): Promise<void> {
    // A notification that was read keeps its first reading.
    if (this.#ledger.shown.rows.get(id)?.read_at) return;
    await this.#mark(id, new Date().toISOString(), (inbox) => inbox.markRead(id));
  }

  async markUnread(id: string): Promise<void> {
    await this.#mark(id, null, (inbox) => inbox.markUnread(id));
  }

  /** @returns how many were marked */
  async markAllRead(scope: Scope = {}): Promise<number> {
    const ids = this.#ledger.known(scope, (row) => row.read_at === null);
    const { unread } = this.#ledger.shown;
    const left = scope.type === undefined && scope.team_id === undefined ? 0 : (unread ?? 0) - ids.length;
    const change: Change = { kind: 'read', ids, read_at: new Date().toISOString() };
    return this.#own.performMany(change, Math.max(0, left), (inbox) => inbox.markAllRead(scope));
  }

  /** Takes it out of the inbox, read; `false`: back into it, as it is. */
  archive(id: string, archived = true): Promise<void> {
    return this.#place(id, aside(archived ? 'archived' : undefined), (inbox) => inbox.archive(id, archived));
  }

  /** Takes it out of the inbox until a time; null: back into it now. */
  snooze(id: string, until: Date | null): Promise<void> {
    return this.#place(id, aside(until ? 'snoozed' : undefined, until), (inbox) => inbox.snooze(id, until));
  }

  /** Takes one of its actions, and marks it read; rejects when another one has been taken. */
  async act(id: string, actionId: string): Promise<void> {
    const guess = acted(this.#ledger.shown.rows.get(id), { id: actionId, at: new Date().toISOString() });
    const call: Call<NotificationRow> = (inbox) => inbox.act(id, actionId);
    await this.#own.perform(guess, call, (answer) => acted({ ...answer, id }, answer.action));
  }

  /** Archives every read one of the inbox. @returns how many */
  archiveRead(scope: Scope = {}): Promise<number> {
    return this.#putAway(scope, (inbox) => inbox.archiveRead(scope));
  }

  /** Moves it to the trash. */
  async remove(id: string): Promise<void> {
    this.#gone.add(id);
    await this.#own.perform({ kind: 'deleted', ids: [id] }, (inbox) => inbox.delete(id));
  }

  /** Takes a removed one back. */
  restore(row: NotificationRow): Promise<void> {
    return this.#back(row, (inbox) => inbox.restore(row.id));
  }

  /** Makes it again what it was, read or not and where, before it was marked, archived or snoozed. */
  putBack(row: NotificationRow): Promise<void> {
    const { rows } = this.#ledger.shown;
    return this.#back(row, (inbox) => inbox.patch(row.id, asBefore(row)), rows.has(row.id));
  }

  /** Moves every read one of the inbox to the trash. @returns how many */
  removeRead(scope: Scope = {}): Promise<number> {
    return this.#putAway(scope, (inbox) => inbox.deleteRead(scope));
  }

  /** Asks for everything again at once: after an error that is shown, after signing in. */
  async refresh(): Promise<void> {
    this.#session.nudge();
    await Promise.all([this.#counter.ask(), this.#reload()]);
  }

  #onEvent(event: StreamEvent): void {
    if (event.type === 'reset') void this.refresh();
    if (event.type === 'unread' || event.type === 'unseen') this.#counter.take({ [event.type]: event.count });
    const change = changeOf(event);
    if (!change) return;
    if (change.kind === 'put' && change.replaces) this.#gone.delete(change.replaces);
    // Rows are kept for lists alone.
    if (change.kind !== 'put' || this.#lists.any) this.#ledger.apply(change);
    if (this.#lists.any && isBeyond(change, this.#ledger.rows)) void this.#resync();
    this.#emit();
  }

  #onStatus(status: Status, fresh: boolean): void {
    this.#state = { ...this.#state, status };
    if ((fresh || this.#stale) && status === 'live') void this.#reload();
    this.#emit();
  }

  #onSnapshot({ counts, changed }: Snapshot): void {
    this.#counter.take(counts);
    if (changed) void this.#resync();
  }

  /** Where they are then is asked for: which of the others the server took, only it can say. */
  #putAway(scope: Scope, call: Call<number>): Promise<number> {
    const ids = this.#ledger.known(scope, (row) => row.read_at !== null);
    for (const id of ids) this.#gone.add(id);
    return this.#own.performMany({ kind: 'deleted', ids }, this.#ledger.shown.unread, call);
  }

  async #back(row: NotificationRow, call: Call<NotificationRow>, isShown = false): Promise<void> {
    // Another one may be a former user's, or have come to the top under another id: the server has to say first.
    const guess = this.#gone.delete(row.id) || isShown ? back(row) : undefined;
    await this.#own.perform(guess, call, (answer) => back(row, answer));
  }

  #mark(id: string, read_at: string | null, call: Call<NotificationRow>): Promise<unknown> {
    const change = (at: string | null): Change => ({ kind: 'read', ids: [id], read_at: at });
    return this.#own.perform(change(read_at), call, (answer) => change(answer.read_at));
  }

  /** A row that is not known here has to be asked for anyway. */
  async #place(id: string, to: Place, call: Call<NotificationRow>): Promise<void> {
    const row = this.#ledger.shown.rows.get(id);
    this.#gone.add(id);
    await this.#own.perform(row && placed(row, to), call, (answer) => placed(answer, to));
  }

  /** Once for everything that one piece of the stream brings. */
  #emit(): void {
    if (this.#announced) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      const { rows, unread } = this.#ledger.shown;
      const unseen = this.#counter.unseenOf(unread);
      const before = this.#state;
      if (unread !== before.unread || unseen !== before.unseen) this.#state = { ...before, unread, unseen };
      this.#lists.update(rows);
      tell(this.#listeners, undefined);
    });
  }

  /** No stream says to this tab and to the others what was done. */
  #nudge(): void {
    if (this.#state.status !== 'live') this.#session.nudge();
  }

  /** Asks what became of everything, soon: a question that is on its way already may be older than the change. */
  #resync(): Promise<void> {
    return (this.#resyncing ??= new Promise((resolve) => setTimeout(resolve, GATHER_MS)).then(async () => {
      this.#resyncing = undefined;
      await Promise.all([this.#counter.ask(), this.#reload()]);
    }));
  }

  async #reload(): Promise<void> {
    this.#stale = true;
    if (await this.#lists.reload()) this.#stale = false;
    else if (this.#state.status === 'live') {
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.#stale && void this.#resync(), RETRY_MS);
    }
  }

  /** Nothing of a former user may stay. */
  #forget(): void {
    clearTimeout(this.#retry);
    this.#stale = false;
    this.#gone.clear();
    this.#leftOut.clear();
    this.#ledger.clear();
    this.#own.forget();
    this.#counter.forget();
    this.#state = NOT_KNOWN_YET;
    this.#lists.forget();
    this.#emit();
  }
}
