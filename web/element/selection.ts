/** Which rows are selected, and from where a range goes on. */
export class Selection {
  readonly #ids = new Set<string>();
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
  }

  /** All from where the last one was selected, or else that one alone. @param order of the rows that are shown */
  extend(id: string, order: readonly string[]): void {
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)];
    const range = from === -1 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of range) this.#ids.add(one);
    this.#anchor = id;
  }

  all(order: readonly string[]): void {
    for (const id of order) this.#ids.add(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#anchor = undefined;
  }

  /** Drops what is not shown any more: nothing is to be done to what the user does not see. */
  keep(order: readonly string[]): void {
    for (const id of this.#ids) if (!order.includes(id)) this.#ids.delete(id);
    if (this.#anchor !== undefined && !order.includes(this.#anchor)) this.#anchor = undefined;
  }
}
