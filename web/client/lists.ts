import type { InboxApi } from './api.js';
import type { Rows } from './changes.js';
import { toJson } from './json.js';
import type { Ledger } from './ledger.js';
import { InboxView, type ViewFilter, type ViewSource } from './view.js';
import type { NotificationPage } from './wire.js';

/** The lists of one inbox, and how their rows come into the ledger. */
export class Lists implements ViewSource {
  readonly #views = new Map<string, InboxView>();
  /** Changes when what is on its way is another user's, or older than a change of many. */
  #generation = 0;

  constructor(
    readonly inbox: InboxApi,
    private readonly ledger: Ledger,
    readonly subscribe: (listener: () => void) => () => void,
    private readonly changed: () => void,
  ) {}

  /** Whether there is anybody to keep rows for. */
  get any(): boolean {
    return this.#views.size > 0;
  }

  /** The same one for the same filter. */
  view(given: ViewFilter): InboxView {
    // What is not in it is none of what a page has given to every object.
    const filter: ViewFilter = Object.assign(Object.create(null) as object, given);
    const { read_state = 'all', type, team_id, state = 'inbox', view: shown } = filter;
    const key = toJson([read_state, type, team_id, state, shown]);
    let view = this.#views.get(key);
    if (!view) this.#views.set(key, (view = new InboxView(this, filter)));
    return view;
  }

  update(rows: Rows): void {
    for (const view of this.#views.values()) view.update(rows);
  }

  async load(ask: () => Promise<[InboxView, NotificationPage][]>, from?: Rows): Promise<boolean> {
    const generation = this.#generation;
    await this.ledger.replace(ask, (pages, known) => {
      if (generation !== this.#generation) return undefined;
      const rows = new Map(from ?? known);
      for (const [view, page] of pages) {
        // The stream said a row's level; a list does not.
        for (const row of page.notifications)
          rows.set(row.id, { ...known.get(row.id), ...row, state: view.aside });
        view.arrived(page);
      }
      return rows;
    });
    this.changed();
    return generation === this.#generation;
  }

  /**
   * Asks for every list that is looked at again, and forgets every other row.
   * @returns false when an answer was not taken in: then its list stays as it is
   */
  async reload(): Promise<boolean> {
    this.#generation++;
    const all = [...this.#views.values()];
    for (const view of all) if (!view.watched) view.forget();
    const watched = all.filter((view) => view.watched);
    const views = watched.filter((view) => view.state.loaded);
    const ask = (): Promise<[InboxView, NotificationPage][]> =>
      Promise.all(views.map((view) => view.again()));
    // One that was forgotten, or that failed.
    const first = watched.filter((view) => !view.state.loaded).map((view) => view.loadMore());
    const [taken] = await Promise.all([this.load(ask, new Map()).catch(() => false), ...first]);
    return taken && watched.every((view) => view.state.loaded);
  }

  /** Nothing of a former user may stay. */
  forget(): void {
    this.#generation++;
    for (const view of this.#views.values()) view.forget();
  }
}
