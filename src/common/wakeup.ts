/**
 * Says within this process that there may be work. It is a hint, which saves waiting for the next look: work is found
 * by looking for it, so that a lost one costs a wait and nothing else.
 */
export abstract class Wakeup {
  private woken = false;
  private resume: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.resume?.();
  }

  /** @returns whether there was a wake-up since the last one that was taken or waited for */
  take(): boolean {
    const { woken } = this;
    this.woken = false;
    return woken;
  }

  /** Waits for a wake-up, or so long; one that was not taken yet ends it at once. @returns whether there was one */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.woken)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.resume = undefined;
    return this.take();
  }
}
