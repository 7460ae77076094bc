import { Injectable } from '@nestjs/common';

/**
 * Says that there may be something to do. Only a hint, which saves waiting for the next look: work is found by
 * looking for it, so that a lost signal costs a second and nothing else.
 */
@Injectable()
export class DeliverySignal {
  private raised = false;
  private wakeUp: (() => void) | undefined;

  wake(): void {
    this.raised = true;
    this.wakeUp?.();
  }

  /** Waits for the next signal, or so long. One that came since the last wait ends it at once. */
  async wait(ms: number): Promise<void> {
    if (!this.raised)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.raised = false;
    this.wakeUp = undefined;
  }
}
