import { Injectable } from '@nestjs/common';
import { InboxChanges } from '../notifications/inbox-changes.js';
import { DeliverySignal } from '../deliveries/delivery-signal.js';

/** Tells the workers of this process that there is something to do. They would find it without being told. */
@Injectable()
export class Wakeups {
  constructor(
    private readonly changes: InboxChanges,
    private readonly deliveries: DeliverySignal,
  ) {}

  /** @param queued how many webhook deliveries were queued */
  hint(queued: number): void {
    this.changes.announce();
    if (queued > 0) this.deliveries.wake();
  }
}
