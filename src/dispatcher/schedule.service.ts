import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { parsePosition, positionCursor } from '../common/cursor.js';
import { CarillonError, invalidInput, notFound } from '../common/errors.js';
import { checkInput } from '../common/validation.js';
import { Database } from '../database/database.js';
import { eventId } from './event-id.js';
import { EventPatch, UNSENT_STATUSES, type UnsentStatus } from './event.js';
import { EventReportStore, type StoredEvent } from './event-report.store.js';
import { ScheduleStore } from './schedule.store.js';

export interface EventPage {
  events: StoredEvent[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

/** Lists and moves what has been scheduled. */
@Injectable()
export class ScheduleService {
  constructor(
    private readonly database: Database,
    private readonly store: ScheduleStore,
    private readonly events: EventReportStore,
    private readonly clock: Clock,
  ) {}

  /**
   * The next to be sent first.
   * @param cursor the `next` of the page before
   * @throws CarillonError `invalid_cursor`
   */
  async list(status: UnsentStatus, limit: number, cursor?: string): Promise<EventPage> {
    const after = cursor === undefined ? undefined : parsePosition(cursor);
    const found = await this.store.list(status, after, limit + 1);
    const events = found.slice(0, limit);
    const last = found.length > limit ? events.at(-1) : undefined;
    return { events, next: last?.sendAt ? positionCursor({ at: last.sendAt, id: last.id }) : null };
  }

  /**
   * Gives an event another time; one that failed is scheduled again.
   * @param patch unchecked JSON
   * @throws CarillonError `invalid_input`, also for a time at which it has expired; `not_found`; `not_scheduled` when it has been sent or cancelled
   */
  async move(id: string, patch: unknown): Promise<StoredEvent> {
    const { sendAt } = checkInput(EventPatch, patch, { spelling: 'json' });
    const known = eventId(id);
    const at = new Date(Math.max(sendAt.getTime(), this.clock.now().getTime()));
    const moved = await this.store.move(this.database.manager, known, at);
    if (moved) return moved;
    const event = await this.events.find(known);
    if (!event) throw notFound('event');
    if (UNSENT_STATUSES.some((status) => status === event.status)) {
      throw invalidInput([{ path: 'send_at', message: 'must be before expires_at' }]);
    }
    throw new CarillonError(
      'not_scheduled',
      `Only an event that is not sent yet can be moved: this one is ${event.status}.`,
    );
  }
}
