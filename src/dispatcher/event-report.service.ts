import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { CarillonError, notFound } from '../common/errors.js';
import { isUuid } from '../common/ids.js';
import { DAY_MS } from '../common/time.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import type { Rule } from '../preferences/resolve.js';
import { EventReportStore, type StoredDelivery, type StoredEvent } from './event-report.store.js';
import { decide } from './outcome.js';

/** What became of an event for one recipient, channel by channel, and which rule decided that. */
export interface RecipientReport {
  userId: string;
  inApp: { status: 'stored' | 'muted'; rule: Rule; notificationId: string | null };
  toast: { status: 'announced' | 'muted'; rule: Rule };
  webhook: {
    /**
     * `none`: the type is never sent to webhooks. `no_endpoint`: the user has none that subscribes to it. `not_kept`:
     * it is too long ago to tell that from a delivery that was cleaned up.
     */
    status: 'none' | 'muted' | 'no_endpoint' | 'sent' | 'not_kept';
    rule: Rule;
    deliveries: { id: string; endpointId: string; status: 'queued' | 'delivered' | 'failed' }[];
  };
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
    private readonly clock: Clock,
    @Inject(CARILLON_OPTIONS) private readonly options: Pick<CarillonOptions, 'retention'>,
  ) {}

  /**
   * @param cursor the `next` of the page before
   * @throws CarillonError `not_found`; `invalid_cursor`
   */
  async report(id: string, limit: number, cursor?: string): Promise<EventReport> {
    const from = parsePosition(cursor);
    const event = isUuid(id.toLowerCase()) ? await this.store.find(id, from, limit) : undefined;
    if (!event) throw notFound('event');
    if (from > 0 && from >= event.total) throw invalidCursor();
    const [notificationIds, deliveries] = await Promise.all([
      this.store.notificationIds(event.id, event.userIds),
      this.store.deliveries(event.id, event.userIds),
    ]);
    const byUser = new Map<string, StoredDelivery[]>();
    for (const delivery of deliveries) {
      byUser.set(delivery.userId, [...(byUser.get(delivery.userId) ?? []), delivery]);
    }
    const noDeliveries = this.isKept(event) ? 'no_endpoint' : 'not_kept';
    const recipients = event.userIds.map((userId, index) =>
      recipientReport(
        event,
        userId,
        event.outcomes[index] ?? 0,
        notificationIds.get(userId) ?? null,
        byUser.get(userId) ?? [],
        noDeliveries,
      ),
    );
    const end = from + recipients.length;
    return { event, recipients, next: end < event.total ? String(end) : null };
  }

  /** Deliveries are kept for so long after they have finished, so at least for so long after their event. */
  private isKept({ createdAt }: StoredEvent): boolean {
    return this.clock.now().getTime() - createdAt.getTime() < this.options.retention.deliveriesDays * DAY_MS;
  }
}

/** What is said of a user who would get webhooks and has no delivery. */
type NoDeliveries = 'no_endpoint' | 'not_kept';

function recipientReport(
  event: StoredEvent,
  userId: string,
  outcome: number,
  notificationId: string | null,
  deliveries: StoredDelivery[],
  noDeliveries: NoDeliveries,
): RecipientReport {
  const inApp = decide(outcome, 'in_app');
  const toast = decide(outcome, 'toast');
  const webhook = decide(outcome, 'webhook');
  return {
    userId,
    inApp: { status: inApp.on ? 'stored' : 'muted', rule: inApp.rule, notificationId },
    toast: { status: toast.on ? 'announced' : 'muted', rule: toast.rule },
    webhook: {
      status: webhookStatus(event, webhook.on, deliveries.length > 0 ? 'sent' : noDeliveries),
      rule: webhook.rule,
      deliveries: deliveries.map(({ id, endpointId, status }) => ({
        id,
        endpointId,
        status: status === 'pending' ? 'queued' : status,
      })),
    },
  };
}

function webhookStatus(
  event: StoredEvent,
  on: boolean,
  sent: NoDeliveries | 'sent',
): RecipientReport['webhook']['status'] {
  if (event.webhookEvent === null) return 'none';
  return on ? sent : 'muted';
}

function parsePosition(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^[1-9]\d{0,5}$/.test(cursor)) throw invalidCursor();
  return Number(cursor);
}

function invalidCursor(): CarillonError {
  return new CarillonError('invalid_cursor', 'The cursor is not one that this server handed out.');
}
