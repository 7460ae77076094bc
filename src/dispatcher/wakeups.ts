import { Injectable } from '@nestjs/common';
import { InboxWakeup } from '../notifications/inbox-wakeup.js';
import { DeliveryWakeup } from '../deliveries/delivery-wakeup.js';

/** Wakes the workers of this process after what they work on has been committed. */
@Injectable()
export class Wakeups {
  constructor(
    private readonly inbox: InboxWakeup,
    private readonly deliveries: DeliveryWakeup,
  ) {}

  /** @param queued how many deliveries were queued */
  wake(queued: number): void {
    this.inbox.wake();
    if (queued > 0) this.deliveries.wake();
  }
}
