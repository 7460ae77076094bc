import { setTimeout } from 'node:timers/promises';
import type { Logger, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';

/** How late what is looked for is found at most where there is nothing else to do; and between tries after a failure. */
const LOOK_EVERY_MS = 1_000;

/** Looks for work again and again, a second after the last look, for as long as the application runs. */
export abstract class Rounds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /** @param what it looks at, for the log */
  constructor(
    private readonly what: string,
    protected readonly logger: Logger,
  ) {}

  /** Does what there is to do. @returns whether to look again at once */
  protected abstract look(): Promise<boolean>;

  protected get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  onApplicationBootstrap(): void {
    this.running ??= this.run();
  }

  /** Waits for the look that is under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.look()) continue;
      } catch (error) {
        this.logger.warn(`${this.what} will be looked at again: ${(error as Error).message}`);
      }
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
