/** Calls about one thing, one after the other: an undoing must not overtake what it undoes. */
export class Turns {
  /** The last call about each that is not answered. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Makes the call when those about the same key before it are answered, well or not. */
  take<T>(key: string, call: () => Promise<T>): Promise<T> {
    // No more of promises is used than they began with: libraries put their own in the place of the browser's.
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(call, call);
    const end = (): void => void (this.#last.get(key) === turn && this.#last.delete(key));
    this.#last.set(key, turn);
    turn.then(end, end);
    return turn;
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
