/** Which rows are selected, and from where a range goes on. */
export class Selection {
  readonly #ids = new Set<string>();
  /** Those that went while they were selected. */
  readonly #gone = new Set<string>();
  #anchor: string | undefined;

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  toggle(id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#anchor = id;
    this.#gone.clear();
  }

  /** All from where the last one was selected, or else that one alone. @param order of the rows that are shown */
  extend(id: string, order: readonly string[]): void {
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)];
    const range = from === -1 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of range) this.#ids.add(one);
    this.#anchor = id;
    this.#gone.clear();
  }

  all(order: readonly string[]): void {
    for (const id of order) this.#ids.add(id);
    this.#gone.clear();
  }

  clear(): void {
    this.#ids.clear();
    this.#gone.clear();
    this.#anchor = undefined;
  }

  /** What went by what was done to it, and did not go after all, is selected as it was. */
  takeBack(ids: readonly string[]): void {
    for (const id of ids) if (this.#gone.delete(id)) this.#ids.add(id);
  }

  /**
   * Drops what is not shown any more: nothing is to be done to what the user does not see.
   * @param successor the id under which a row is shown instead
   */
  keep(order: readonly string[], successor: (id: string) => string | undefined): void {
    const shown = new Set<string | undefined>(order);
    for (const id of this.#ids) {
      if (shown.has(id)) continue;
      this.#ids.delete(id);
      const other = successor(id);
      if (other) this.#ids.add(other);
      else this.#gone.add(id);
    }
    if (!shown.has(this.#anchor)) this.#anchor = undefined;
  }
}
