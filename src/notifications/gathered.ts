/** Reads in one call at the most: a burst of more is shared out over the connections. */
const MOST = 100;

interface Waiting<Key, Value> {
  key: Key;
  resolve: (value: Value) => void;
  reject: (error: unknown) => void;
}

/**
 * Reads that are asked for in one turn of the event loop, made in one call: requests that arrive together share a
 * statement and its round trip. A read begins after it was asked for, and so sees everything that was committed before.
 */
export class Gathered<Key, Value> {
  private waiting: Waiting<Key, Value>[] = [];

  /** @param readAll answers with the values of the keys, in their order */
  constructor(private readonly readAll: (keys: Key[]) => Promise<Value[]>) {}

  /** @throws what the call throws that the read was made in */
  read(key: Key): Promise<Value> {
    return new Promise((resolve, reject) => {
      const length = this.waiting.push({ key, resolve, reject });
      if (length === 1) setImmediate(() => this.begin());
      else if (length === MOST) this.begin();
    });
  }

  private begin(): void {
    const asked = this.waiting;
    if (asked.length === 0) return;
    this.waiting = [];
    this.readAll(asked.map(({ key }) => key)).then(
      (values) => asked.forEach(({ resolve }, index) => resolve(values[index] as Value)),
      (error: unknown) => asked.forEach(({ reject }) => reject(error)),
    );
  }
}
