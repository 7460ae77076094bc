import type { InboxApi } from './api.js';
import { inScope, type Rows } from './changes.js';
import { tell } from './tell.js';
import type { Aside, ListQuery, NotificationPage, NotificationRow } from './wire.js';

export type ViewFilter = Pick<ListQuery, 'read_state' | 'type' | 'team_id' | 'state' | 'view'>;

export interface ViewState {
  /** Newest first. */
  readonly items: readonly NotificationRow[];
  /** Whether the first page has arrived. */
  readonly loaded: boolean;
  readonly loading: boolean;
  readonly hasMore: boolean;
  /** Why the last loading failed. */
  readonly error: Error | undefined;
}

/** What a view needs of the store that it belongs to. */
export interface ViewSource {
  subscribe(listener: () => void): () => void;
  readonly inbox: InboxApi;
  /**
   * Takes in pages; what changed while they were on their way is applied to them.
   * @returns false when they were asked for before something that makes them worthless
   */
  load(ask: () => Promise<[InboxView, NotificationPage][]>): Promise<boolean>;
}

const PAGE_SIZE = 20;
/** As much as the server gives at once: a list that was read further down than this is cut there when it reloads. */
const LARGEST_PAGE = 200;

/** One filtered list over the store's rows: as far down as it was loaded, and kept up to date from there on. */
export class InboxView {
  #state: ViewState = { items: [], loaded: false, loading: false, hasMore: true, error: undefined };
  #cursor: string | null = null;
  /** The oldest id that was loaded: below it, rows of other views may be known, but not all. */
  #floor = '';
  #generation = 0;
  /** Ends when the page that was asked for last has come, has failed or is not wanted any more. */
  #loading: Promise<void> | undefined;
  #abandon: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly store: ViewSource,
    readonly filter: ViewFilter,
  ) {}

  /** The same object until something changes. */
  get state(): ViewState {
    return this.#state;
  }

  /** Calls back after every change, and loads the first page if that has not happened. @returns what ends it */
  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    const release = this.store.subscribe(() => undefined);
    if (!this.#state.loaded) void this.loadMore();
    return () => {
      this.#listeners.delete(own);
      release();
    };
  }

  /** Where its rows are, if that is not the inbox. @internal */
  get aside(): Aside | undefined {
    const { state } = this.filter;
    return state === 'inbox' ? undefined : state;
  }

  /** Whether anybody looks. @internal */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Loads the next page, or the first one, unless there is none; waits for one that is on its way already. */
  async loadMore(): Promise<void> {
    const { loading, loaded, hasMore } = this.#state;
    if (!loading && (!loaded || hasMore))
      this.#loading = Promise.race([this.#load(), new Promise<void>((resolve) => (this.#abandon = resolve))]);
    await this.#loading;
  }

  async #load(): Promise<void> {
    this.#set({ loading: true, error: undefined });
    const generation = this.#generation;
    let failure: Error | undefined;
    try {
      const load = (): Promise<boolean> =>
        this.store.load(async () => [[this, await this.#ask(this.#cursor, PAGE_SIZE)]]);
      while (!(await load()) && generation === this.#generation && this.#state.hasMore);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    if (generation === this.#generation) this.#set({ loading: false, error: failure });
  }

  /** Asks for what was loaded again, from the top. @internal */
  async again(): Promise<[InboxView, NotificationPage]> {
    const limit = Math.min(LARGEST_PAGE, Math.max(PAGE_SIZE, this.#state.items.length));
    return [this, await this.#ask(null, limit)];
  }

  #ask(cursor: string | null, limit: number): Promise<NotificationPage> {
    return this.store.inbox.list({ ...this.filter, limit, ...(cursor === null ? {} : { cursor }) });
  }

  /** A page has come. @internal */
  arrived(page: NotificationPage): void {
    this.#cursor = page.cursor;
    this.#floor = page.has_more ? (page.notifications.at(-1)?.id ?? this.#floor) : '';
    this.#state = { ...this.#state, loaded: true, hasMore: page.has_more, error: undefined };
  }

  /** Forgets what was loaded: it may be somebody else's, or out of date beyond repair. @internal */
  forget(): void {
    this.#generation++;
    this.#abandon?.();
    this.#cursor = null;
    this.#floor = '';
    this.#set({ items: [], loaded: false, loading: false, hasMore: true, error: undefined });
  }

  /** @internal */
  update(rows: Rows): void {
    const items = this.#state.loaded ? this.#select(rows) : [];
    const before = this.#state.items;
    const same = items.length === before.length && items.every((row, index) => row === before[index]);
    if (!same) this.#set({ items });
  }

  #select(rows: Rows): NotificationRow[] {
    const matches = (row: NotificationRow): boolean => row.id >= this.#floor && this.#admits(row);
    return [...rows.values()].filter(matches).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  #admits(row: NotificationRow): boolean {
    const wanted = this.filter.read_state ?? 'all';
    return (
      row.state === this.aside &&
      (wanted === 'all' || (wanted === 'unread') === (row.read_at === null)) &&
      inScope(row, this.filter)
    );
  }

  #set(patch: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...patch };
    tell(this.#listeners, undefined);
  }
}
