import { Inject, Injectable } from '@nestjs/common';
import { Channels } from '../channels/registry.js';
import { reportOf } from '../channels/sending-report.js';
import { Clock } from '../common/clock.js';
import { invalidCursor } from '../common/cursor.js';
import { notFound } from '../common/errors.js';
import { DAY_MS } from '../common/time.js';
import { ActionsStore } from '../notifications/actions.store.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { eventId } from './event-id.js';
import {
  EventReportStore,
  type EventRecipient,
  type SentEvent,
  type StoredEvent,
} from './event-report.store.js';
import { decide } from './outcome.js';

/** What became of an event for one recipient: by the key of each channel, as the API writes it. */
export interface RecipientReport {
  userId: string;
  channels: Record<string, Record<string, unknown>>;
  /** Which of its actions they took, and when. */
  action?: { id: string; at: Date };
}

export interface EventReport {
  event: StoredEvent;
  recipients: RecipientReport[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

/** Answers a producer's "why did this user not get it?". */
@Injectable()
export class EventReportService {
  constructor(
    private readonly store: EventReportStore,
    private readonly actions: ActionsStore,
    private readonly channels: Channels,
    private readonly clock: Clock,
    @Inject(CARILLON_OPTIONS) private readonly options: Pick<CarillonOptions, 'retention'>,
  ) {}

  /**
   * @param cursor the `next` of the page before
   * @throws CarillonError `not_found`; `invalid_cursor`
   */
  async report(id: string, limit: number, cursor?: string): Promise<EventReport> {
    const from = parsePosition(cursor);
    const event = await this.store.find(eventId(id));
    if (!event) throw notFound('event');
    if (from > 0 && from >= event.total) throw invalidCursor();
    const recipients = await this.store.recipients(event.id, from, limit);
    const { sentAt } = event;
    const reports =
      sentAt === null
        ? recipients.map(({ userId }) => this.undecided(userId, event))
        : await this.decided(recipients, { ...event, sentAt });
    const end = from + reports.length;
    return { event, recipients: reports, next: end < event.total ? String(end) : null };
  }

  private async decided(recipients: EventRecipient[], event: SentEvent): Promise<RecipientReport[]> {
    const userIds = recipients.map(({ userId }) => userId);
    const [notificationIds, deliveries, throttled, actions] = await Promise.all([
      this.store.notificationIds(event, userIds),
      this.store.deliveries(event, userIds),
      this.store.throttled(event, userIds),
      event.hasActions ? this.actions.ofEvent(event.id, userIds) : undefined,
    ]);
    const kept = this.isKept(event);
    const { webhookEvent } = event;
    return recipients.map(({ userId, outcome }) => {
      const notificationId = notificationIds.get(userId) ?? null;
      const found = { notificationId, kept, webhookEvent, throttled: throttled.has(userId) };
      const action = actions?.get(userId);
      const channels = this.channels.all.map((channel) => {
        const sent = deliveries.get(userId)?.filter((delivery) => delivery.channel === channel.key) ?? [];
        const decision = decide(BigInt(outcome), channel);
        return [channel.key, reportOf(channel).of({ ...found, ...decision, deliveries: sent })] as const;
      });
      return { userId, channels: Object.fromEntries(channels), ...(action && { action }) };
    });
  }

  /** Of an event that has not been sent, every channel has the event's own status. */
  private undecided(userId: string, { status }: StoredEvent): RecipientReport {
    const channels = this.channels.keys.map((key) => [key, { status, rule: null }] as const);
    return { userId, channels: Object.fromEntries(channels) };
  }

  /** Deliveries are kept for so long after they have finished, so at least for so long after their event. */
  private isKept({ sentAt }: SentEvent): boolean {
    return this.clock.now().getTime() - sentAt.getTime() < this.options.retention.deliveriesDays * DAY_MS;
  }
}

function parsePosition(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  // An event may have a million recipients.
  if (!/^[1-9]\d{0,6}$/.test(cursor)) throw invalidCursor();
  return Number(cursor);
}
