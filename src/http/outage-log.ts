/** Often enough to see how an outage goes on; a line for each request would be a second one. */
const EVERY_MS = 1_000;

/** Says that requests cannot be served: the first one at once, those after it as a number, once a second. */
export class OutageLog {
  private more = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly warn: (message: string) => void) {}

  /** @returns whether the line was written, and not only counted */
  note(line: string): boolean {
    if (this.timer) {
      this.more += 1;
      return false;
    }
    this.warn(line);
    this.wait();
    return true;
  }

  private wait(): void {
    this.timer = setTimeout(() => this.sum(), EVERY_MS).unref();
  }

  private sum(): void {
    this.timer = undefined;
    if (this.more === 0) return;
    this.warn(`${this.more} more in the last second`);
    this.more = 0;
    this.wait();
  }
}
