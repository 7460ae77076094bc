import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.js';
import { Clock } from '../common/clock.js';
import { explained } from '../common/database-failure.js';
import type { CheckedEvent, NotifyResult } from './event.js';
import { NotifyQueue } from './notify-queue.js';
import { NotifyStore } from './notify.store.js';
import { prepare } from './prepare.js';
import { Wakeups } from './wakeups.js';

/** Sends events that have been checked: not for hosts, whose events `NotificationService` checks. */
@Injectable()
export class EventSender {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly queue: NotifyQueue,
    private readonly store: NotifyStore,
    private readonly wakeups: Wakeups,
    private readonly clock: Clock,
  ) {}

  /**
   * @param source who sends it: an API key's name, or `module`
   * @param manager the transaction to write in; without one, the event is committed when this resolves
   */
  async send(checked: CheckedEvent, source: string, manager?: EntityManager): Promise<NotifyResult> {
    const type = this.catalogue.get(checked.type);
    const event = prepare(checked, type, source, this.clock.now());
    const queued = await explained(manager ? this.store.insert(manager, [event]) : this.queue.write(event));
    this.wakeups.hint(queued);
    return {
      event: { id: event.id, type: type.key, createdAt: event.createdAt },
      recipients: event.userIds.length,
    };
  }
}
