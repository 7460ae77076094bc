import type { LitElement } from 'lit';
import type { NotificationRow } from '../client/wire.js';

/** A row that is not there by then is not coming: its place must not be taken much later. */
const PATIENCE_MS = 1_000;

/** The id under which a row has come to the top again. */
export function successor(rows: readonly NotificationRow[], id: string): string | undefined {
  return rows.find(({ replaces }) => replaces === id)?.id;
}

/** Keeps the keyboard's place in a list whose rows come and go. */
export class FocusKeeper {
  #before: { id: string; ids: string[] } | undefined;
  #wanted: { id: string; until: number } | undefined;

  constructor(private readonly host: LitElement) {}

  /** The id of the row that has the focus. */
  get current(): string | undefined {
    const focused = (this.host.renderRoot as ShadowRoot | undefined)?.activeElement;
    return focused?.closest<HTMLElement>('li[data-id]')?.dataset.id;
  }

  /** To be called before the rows change. */
  before(): void {
    const id = this.current;
    this.#before = id === undefined ? undefined : { id, ids: this.#ids() };
  }

  /** To be called after they changed: the focus stays with a row that came to the top, else it moves to the next one that stayed. */
  after(rows: readonly NotificationRow[]): void {
    const { host } = this;
    if (this.#wanted && Date.now() < this.#wanted.until) {
      const row = this.#main(this.#wanted.id);
      if (row) this.#wanted = undefined;
      if (row) row.focus();
      // The button that was pressed has gone.
      else if (!(host.renderRoot as ShadowRoot).activeElement) this.list();
      return;
    }
    const lost = this.#before;
    this.#before = undefined;
    if (!lost || rows.some((row) => row.id === lost.id)) return;
    const at = lost.ids.indexOf(lost.id);
    const near = [...lost.ids.slice(at + 1), ...lost.ids.slice(0, at).reverse()];
    const next =
      successor(rows, lost.id) ?? near.find((id) => rows.some((row) => row.id === id)) ?? rows[0]?.id;
    if (next !== undefined) this.#main(next)?.focus();
    else this.list();
  }

  /** Goes to a row as soon as it is there. */
  row(id: string): void {
    this.#wanted = { id, until: Date.now() + PATIENCE_MS };
  }

  /** Goes to the list as a whole. */
  list(): void {
    this.host.renderRoot.querySelector<HTMLElement>('.scroll')?.focus();
  }

  /** Goes to another row. @param enters also from outside of the rows @returns its id */
  move(to: 'next' | 'previous' | 'first' | 'last', enters: boolean): string | undefined {
    const ids = this.#ids();
    const at = ids.indexOf(this.current ?? '');
    if (at === -1 && !enters) return undefined;
    const index = { next: at + 1, previous: at - 1, first: 0, last: ids.length - 1 }[to];
    const id = ids[Math.max(0, Math.min(ids.length - 1, index))];
    if (id !== undefined) this.#main(id)?.focus();
    return id;
  }

  #ids(): string[] {
    return this.#rows().flatMap((row) => row.dataset.id ?? []);
  }

  #rows(): HTMLElement[] {
    const root = this.host.renderRoot as ParentNode | undefined;
    return [...(root?.querySelectorAll<HTMLElement>('li[data-id]') ?? [])];
  }

  #main(id: string): HTMLElement | null | undefined {
    return this.#rows()
      .find((row) => row.dataset.id === id)
      ?.querySelector<HTMLElement>('.main');
  }
}
