/** Calls about one thing, one after the other: an undoing must not overtake what it undoes. */
export class Turns {
  /** The last call about each that is not answered. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Makes the call when those about the same key before it are answered, well or not. */
  take<T>(key: string, call: () => Promise<T>): Promise<T> {
    const turn = Promise.allSettled([this.#last.get(key)]).then(call);
    this.#last.set(key, turn);
    return turn.finally(() => this.#last.get(key) === turn && this.#last.delete(key));
  }
}

/** So many calls at once, and the others in the order in which they came. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
