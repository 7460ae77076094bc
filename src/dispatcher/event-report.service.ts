import { Injectable } from '@nestjs/common';
import { CarillonError, notFound } from '../common/errors.js';
import { isUuid } from '../common/ids.js';
import type { Rule } from '../preferences/resolve.js';
import { EventReportStore, type StoredDelivery, type StoredEvent } from './event-report.store.js';
import { decide } from './outcome.js';

/** What became of an event for one recipient, channel by channel, and which rule decided that. */
export interface RecipientReport {
  userId: string;
  inApp: { status: 'stored' | 'muted'; rule: Rule; notificationId: string | null };
  toast: { status: 'announced' | 'muted'; rule: Rule };
  webhook: {
    /** `none`: the type is never sent to webhooks. `no_endpoint`: the user has none that subscribes to it. */
    status: 'none' | 'muted' | 'no_endpoint' | 'sent';
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
  constructor(private readonly store: EventReportStore) {}

  /**
   * @param cursor the `next` of the page before
   * @throws CarillonError `not_found`; `invalid_cursor`
   */
  async report(id: string, limit: number, cursor?: string): Promise<EventReport> {
    const from = parsePosition(cursor);
    const event = isUuid(id.toLowerCase()) ? await this.store.find(id, from, limit) : undefined;
    if (!event) throw notFound('event');
    const [notificationIds, deliveries] = await Promise.all([
      this.store.notificationIds(event.id, event.userIds),
      this.store.deliveries(event.id, event.userIds),
    ]);
    const byUser = new Map<string, StoredDelivery[]>();
    for (const delivery of deliveries) {
      byUser.set(delivery.userId, [...(byUser.get(delivery.userId) ?? []), delivery]);
    }
    const recipients = event.userIds.map((userId, index) =>
      recipientReport(
        event,
        userId,
        event.outcomes[index] ?? 0,
        notificationIds.get(userId) ?? null,
        byUser.get(userId) ?? [],
      ),
    );
    const end = from + recipients.length;
    return { event, recipients, next: end < event.total ? String(end) : null };
  }
}

function recipientReport(
  event: StoredEvent,
  userId: string,
  outcome: number,
  notificationId: string | null,
  deliveries: StoredDelivery[],
): RecipientReport {
  const inApp = decide(outcome, 'in_app');
  const toast = decide(outcome, 'toast');
  const webhook = decide(outcome, 'webhook');
  return {
    userId,
    inApp: { status: inApp.on ? 'stored' : 'muted', rule: inApp.rule, notificationId },
    toast: { status: toast.on ? 'announced' : 'muted', rule: toast.rule },
    webhook: {
      status: webhookStatus(event, webhook.on, deliveries.length),
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
  deliveries: number,
): RecipientReport['webhook']['status'] {
  if (event.webhookEvent === null) return 'none';
  if (!on) return 'muted';
  return deliveries > 0 ? 'sent' : 'no_endpoint';
}

function parsePosition(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^[1-9]\d{0,5}$/.test(cursor)) {
    throw new CarillonError('invalid_cursor', 'The cursor is not one that this server handed out.');
  }
  return Number(cursor);
}
