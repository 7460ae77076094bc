import type { PropertyDeclarations, PropertyValues } from 'lit';
import type { Client } from '../client/client.js';
import type { InboxView, ViewFilter } from '../client/view.js';
import type { Level, NotificationRow, NotificationType } from '../client/wire.js';
import { CarillonElement } from './base.js';
import { EndWatcher } from './end-watcher.js';

/** What a list of notifications is made from: the view of its filter, loaded as far as it is looked at, and the types. */
export abstract class ListSource extends CarillonElement {
  static override properties: PropertyDeclarations = {
    filter: { state: true },
    types: { state: true },
  };

  declare protected filter: ViewFilter;
  declare protected types: NotificationType[];
  protected view: InboxView | undefined;
  #leaveView: (() => void) | undefined;
  /** Whether it was drawn in this frame, and whether something changed since. */
  #drawn = false;
  #changed = false;
  readonly #end = new EndWatcher(() => void this.view?.loadMore());

  constructor() {
    super();
    this.filter = {};
    this.types = [];
  }

  protected override attach(client: Client): () => void {
    const leave = client.store.subscribe(this.#draw);
    this.#look(client);
    void this.#loadTypes(client);
    return () => {
      leave();
      this.#leaveView?.();
      this.#leaveView = this.view = undefined;
      this.#end.watch(null);
    };
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('filter') && this.bound) this.#look(this.bound);
  }

  protected override updated(_changed: PropertyValues): void {
    const idle = !this.view?.state.loading && !this.view?.state.error;
    this.#end.watch(idle ? this.renderRoot.querySelector('.more') : null);
  }

  /** At once, and then once a frame: of many at once, each brings several changes, and all rows are drawn for one. */
  readonly #draw = (): void => {
    this.#changed = true;
    if (this.#drawn) return;
    this.#drawn = true;
    this.#changed = false;
    this.requestUpdate();
    requestAnimationFrame(() => {
      this.#drawn = false;
      if (this.#changed) this.#draw();
    });
  };

  #look(client: Client): void {
    const view = client.store.view({ ...this.filter, view: 'full' });
    if (view === this.view) return;
    this.#leaveView?.();
    this.view = view;
    this.#leaveView = view.subscribe(this.#draw);
  }

  async #loadTypes(client: Client): Promise<void> {
    // Without them the list still works: it lacks the filter by type.
    ({ types: this.types } = await client.catalogue().catch(() => ({ types: [] })));
  }

  protected retry(): void {
    void this.bound?.store.refresh();
    void this.view?.loadMore();
    if (this.bound && this.types.length === 0) void this.#loadTypes(this.bound);
  }

  protected get items(): readonly NotificationRow[] {
    return this.view?.state.items ?? [];
  }

  /** Whether no row of the inbox, of the type, is not shown. */
  protected get isWhole(): boolean {
    const { read_state, state } = this.filter;
    return this.view?.state.hasMore === false && read_state === undefined && state === undefined;
  }

  protected levelOf(row: NotificationRow): Level {
    return row.level ?? this.types.find(({ key }) => key === row.type)?.level ?? 'info';
  }
}
