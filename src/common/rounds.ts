import { setTimeout } from 'node:timers/promises';

/** How late what is looked for is found at most where there is nothing else to do; and between tries after a failure. */
const LOOK_EVERY_MS = 1_000;

/** Looks for work again and again, a second after the last look, until it is stopped. */
export class Rounds {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /**
   * @param look does what there is to do. @returns whether to look again at once
   * @param failed what it throws
   */
  constructor(
    private readonly look: () => Promise<boolean>,
    private readonly failed: (error: Error) => void,
  ) {}

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Waits for the look that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.look()) continue;
      } catch (error) {
        this.failed(error as Error);
      }
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
