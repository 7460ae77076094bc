import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.js';
import { Clock } from '../common/clock.js';
import { explained } from '../common/database-failure.js';
import { Database } from '../database/database.js';
import type { CheckedEvent, NotifyResult } from './event.js';
import { NotifyQueue } from './notify-queue.js';
import { NotifyStore } from './notify.store.js';
import { prepare, type PreparedEvent } from './prepare.js';
import { ScheduleStore } from './schedule.store.js';
import { Wakeups } from './wakeups.js';

/** Sends events that have been checked: not for hosts, whose events `NotificationService` checks. */
@Injectable()
export class EventSender {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly database: Database,
    private readonly queue: NotifyQueue,
    private readonly store: NotifyStore,
    private readonly schedule: ScheduleStore,
    private readonly wakeups: Wakeups,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends it now, or keeps it until its time has come.
   * @param source who sends it: an API key's name, or `module`
   * @param manager the transaction to write in; without one, the event is committed when this resolves
   */
  async send(checked: CheckedEvent, source: string, manager?: EntityManager): Promise<NotifyResult> {
    const { sendAt } = checked;
    const event = prepare(checked, this.catalogue.get(checked.type), source, this.clock.now());
    if (sendAt !== null && sendAt > event.createdAt) {
      await explained(this.schedule.insert(manager ?? this.database.manager, event, sendAt));
      return result(event, sendAt);
    }
    const queued = await explained(manager ? this.store.insert(manager, [event]) : this.queue.write(event));
    this.wakeups.wake(queued);
    return result(event, null);
  }
}

function result({ id, type, createdAt, userIds }: PreparedEvent, sendAt: Date | null): NotifyResult {
  const status = sendAt === null ? 'sent' : 'scheduled';
  return { event: { id, type: type.key, createdAt, status, sendAt }, recipients: userIds.length };
}
