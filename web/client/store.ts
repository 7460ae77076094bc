import { InboxApi } from './api.js';
import { type Change, changeOf, type Rows } from './changes.js';
import { ApiError } from './errors.js';
import type { Http } from './http.js';
import type { HubListener } from './hub.js';
import type { Snapshot } from './leader.js';
import { Ledger } from './ledger.js';
import type { Status } from './live-stream.js';
import { Session } from './session.js';
import { tell } from './tell.js';
import { InboxView, type ViewFilter, type ViewSource } from './view.js';
import type { NotificationPage, NotificationRow, Scope, StreamEvent, Toast } from './wire.js';

export interface InboxState {
  readonly status: Status;
  /** The exact number of unread notifications; undefined until it is known. */
  readonly unread: number | undefined;
}

/** As many rows are read one by one at most when others say that rows unknown here became unread. */
const FETCH_ONE_BY_ONE = 10;

/**
 * One user's inbox, kept up to date for as long as anybody listens. What the server says is the truth; what the user
 * does shows at once on top of it, and goes away again when the server refuses.
 */
export class InboxStore {
  readonly #inbox: InboxApi;
  readonly #ledger = new Ledger();
  readonly #listeners = new Set<() => void>();
  readonly #toastListeners = new Set<(toast: Toast) => void>();
  readonly #views = new Map<string, InboxView>();
  readonly #source: ViewSource = {
    subscribe: (listener) => this.subscribe(listener),
    list: (filter) => this.#inbox.list(filter),
    load: (ask) => this.#load(ask),
  };
  #state: InboxState = { status: 'connecting', unread: undefined };
  readonly #session: Session;
  #announced = false;
  /** Changes when what is on its way is another user's. */
  #generation = 0;
  /** Changes when the count was said: an older question's answer is dropped. */
  #counting = 0;

  constructor(http: Http, pollMs: number) {
    this.#inbox = new InboxApi(http);
    const listener: HubListener = {
      onEvent: (event) => this.#onEvent(event),
      onStatus: (status, fresh) => this.#onStatus(status, fresh),
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onChange: (change) => this.#onChange(change),
      onToast: (toast) => this.#onToast(toast),
    };
    this.#session = new Session(http, pollMs, listener, {
      identify: () => this.#recount(),
      // Lists from before a pause: another tab's stream went on without this page.
      opened: () => this.#reload(),
      switched: () => this.#forget(),
      closed: () => this.#onStatus('connecting', false),
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

  /** A list of what the filter admits; the same one for the same filter. */
  view(filter: ViewFilter = {}): InboxView {
    const key = JSON.stringify([filter.read_state ?? 'all', filter.type, filter.team_id]);
    let view = this.#views.get(key);
    if (!view) this.#views.set(key, (view = new InboxView(this.#source, filter)));
    return view;
  }

  /** @returns when the server has confirmed it; rejects when it has not, and then nothing has changed */
  async markRead(id: string): Promise<void> {
    // A notification that was read keeps its first reading.
    if (this.#ledger.shown.rows.get(id)?.read_at) return;
    await this.#mark(id, new Date().toISOString(), () => this.#inbox.markRead(id));
  }

  async markUnread(id: string): Promise<void> {
    await this.#mark(id, null, () => this.#inbox.markUnread(id));
  }

  /** @returns how many were marked */
  async markAllRead(scope: Scope = {}): Promise<number> {
    const read_at = new Date().toISOString();
    const change: Change = { kind: 'read', rows: { all: true, ...scope }, read_at };
    return (await this.#perform(change, () => this.#inbox.markAllRead(scope))) ?? 0;
  }

  /** Moves it to the trash. */
  async remove(id: string): Promise<void> {
    await this.#perform({ kind: 'deleted', rows: { ids: [id] } }, () => this.#inbox.delete(id));
  }

  /** Takes a removed one back. */
  async restore(row: NotificationRow): Promise<void> {
    const put = (answer: NotificationRow): Change => ({ kind: 'put', row: answer });
    await this.#perform(put(row), () => this.#inbox.restore(row.id), put);
  }

  /** Moves every read one to the trash. @returns how many */
  async removeRead(scope: Scope = {}): Promise<number> {
    const change: Change = { kind: 'deleted', rows: { all: true, ...scope } };
    return (await this.#perform(change, () => this.#inbox.deleteRead(scope))) ?? 0;
  }

  /** Asks for everything again at once: after an error that is shown, after signing in. */
  async refresh(): Promise<void> {
    this.#session.nudge();
    await Promise.all([this.#recount(), this.#reload()]);
  }

  #onEvent(event: StreamEvent): void {
    if (event.type === 'reset') void this.refresh();
    if (event.type === 'unread') this.#counted(event.count);
    const change = changeOf(event);
    if (!change) return;
    this.#onChange(change);
    if (change.kind === 'read' && change.read_at === null) void this.#fetchUnknown(change);
  }

  #onStatus(status: Status, fresh: boolean): void {
    this.#state = { ...this.#state, status };
    if (fresh && status === 'live') void this.#reload();
    this.#emit();
  }

  #onSnapshot({ page, unread }: Snapshot): void {
    const floor = page.has_more ? (page.notifications.at(-1)?.id ?? '') : '';
    const vanished = [...this.#ledger.rows.keys()].filter((id) => id >= floor);
    this.#ledger.apply({ kind: 'deleted', rows: { ids: vanished } });
    for (const row of page.notifications) this.#ledger.apply({ kind: 'put', row });
    this.#counted(unread);
  }

  #onChange(change: Change): void {
    // Without a list there is nobody to keep rows for.
    if (this.#views.size > 0) this.#ledger.apply(change);
    this.#emit();
  }

  #onToast(toast: Toast): void {
    tell(this.#toastListeners, toast);
  }

  async #load(ask: () => Promise<[InboxView, NotificationPage][]>, from?: Rows): Promise<void> {
    const generation = this.#generation;
    await this.#ledger.replace(ask, (pages, known) => {
      if (generation !== this.#generation) return undefined;
      const rows = new Map(from ?? known);
      for (const [view, page] of pages) {
        // The stream said a row's level; a list does not.
        for (const row of page.notifications) rows.set(row.id, { ...known.get(row.id), ...row });
        view.arrived(page);
      }
      return rows;
    });
    this.#emit();
  }

  #mark(id: string, read_at: string | null, call: () => Promise<NotificationRow>): Promise<unknown> {
    const change = (at: string | null): Change => ({ kind: 'read', rows: { ids: [id] }, read_at: at });
    return this.#perform(change(read_at), call, (answer) => change(answer.read_at));
  }

  /** Shows the change at once, makes the call, then keeps the change or takes it back. */
  async #perform<T>(
    guess: Change,
    call: () => Promise<T>,
    confirmed: (answer: T) => Change = () => guess,
  ): Promise<T | undefined> {
    const withdraw = this.#ledger.propose(guess);
    this.#emit();
    try {
      const answer = await call();
      this.#confirm(confirmed(answer));
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404 || guess.kind === 'put') throw error;
      // Somebody else deleted it meanwhile.
      this.#confirm({ kind: 'deleted', rows: guess.rows });
      return undefined;
    } finally {
      withdraw();
      this.#emit();
      // No stream will say what the count is now.
      if (this.#state.status !== 'live') this.#session.nudge();
    }
  }

  #confirm(change: Change): void {
    this.#ledger.confirm(change);
    this.#session.announce(change);
  }

  #counted(unread: number): void {
    this.#counting++;
    this.#ledger.unread = unread;
    this.#emit();
  }

  /** Once for everything that one piece of the stream brings. */
  #emit(): void {
    if (this.#announced) return;
    this.#announced = true;
    queueMicrotask(() => {
      this.#announced = false;
      const { rows, unread } = this.#ledger.shown;
      if (unread !== this.#state.unread) this.#state = { ...this.#state, unread };
      for (const view of this.#views.values()) view.update(rows);
      tell(this.#listeners, undefined);
    });
  }

  /** Rows that became unread elsewhere belong into lists that have never seen them. */
  async #fetchUnknown(change: Extract<Change, { kind: 'read' }>): Promise<void> {
    if (!('ids' in change.rows) || this.#views.size === 0) return;
    const unknown = change.rows.ids.filter((id) => !this.#ledger.rows.has(id));
    for (const id of unknown.slice(0, FETCH_ONE_BY_ONE)) {
      const row = await this.#inbox.get(id).catch(() => undefined);
      if (row) this.#onChange({ kind: 'put', row });
    }
  }

  async #recount(): Promise<void> {
    const counting = ++this.#counting;
    const unread = await this.#inbox.unreadCount().catch(() => undefined);
    if (unread !== undefined && counting === this.#counting) this.#counted(unread);
  }

  /** Asks for the first page of every list that is loaded, and forgets every other row. */
  async #reload(): Promise<void> {
    const views = [...this.#views.values()].filter((view) => view.state.loaded);
    const ask = async (view: InboxView): Promise<[InboxView, NotificationPage]> => [
      view,
      await view.ask(null),
    ];
    if (views.length === 0) return;
    // Without an answer the lists stay as they are: the status says what is wrong.
    await this.#load(() => Promise.all(views.map(ask)), new Map()).catch(() => undefined);
  }

  /** Nothing of a former user may stay. */
  #forget(): void {
    this.#generation++;
    this.#counting++;
    this.#ledger.clear();
    for (const view of this.#views.values()) view.forget();
    this.#emit();
  }
}
