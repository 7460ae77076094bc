import { REPORTED_STATUSES } from '../common/delivery-status.js';
import type { Channel, ChannelReport, ChannelResult, ReportedDelivery } from './channel.js';

/** What decided, as OpenAPI describes it. */
const RULE = {
  type: 'string',
  enum: ['preference', 'default'],
  description: 'What decided: the user, or the type.',
};

type Properties = Record<string, object>;

/** The schema of a report, which has its status, what decided, and what else the channel says. */
export function reportSchema({ status, ...more }: Properties & { status: object }): object {
  return objectOf({ status, rule: RULE, ...more });
}

/** The schema of what is reported of every channel while an event has not been sent. */
export const UNDECIDED_REPORT = objectOf({
  status: { type: 'string', enum: ['scheduled', 'cancelled', 'failed'], description: "The event's own." },
  rule: { type: 'string', nullable: true, description: 'Preferences are looked at when it is sent.' },
});

/** The schema of a list of objects. */
export function listOf(properties: Properties): object {
  return { type: 'array', items: objectOf(properties) };
}

function objectOf(properties: Properties): object {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** What is said of a delivery beside its status. */
export const DELIVERY = {
  id: { type: 'string', format: 'uuid' },
  reason: { type: 'string', nullable: true, description: 'Why it waits, or why nothing was sent.' },
  error: { type: 'string', nullable: true, description: 'Why it has not come, of its last attempt.' },
};

/** A delivery in a report. */
export function reportedDelivery(delivery: ReportedDelivery): Record<string, unknown> {
  const { id, status, error } = delivery;
  // What is queued keeps what it has waited for.
  const reason = status === 'pending' ? null : delivery.reason;
  return { id, status: reportedStatus(delivery), reason, error };
}

/** What is reported of a channel that sends, where it says nothing else itself. */
const SENDING_REPORT: ChannelReport = {
  of: (result) => ({
    status: statusOf(result),
    rule: result.rule,
    deliveries: result.deliveries.map(reportedDelivery),
  }),
  schema: reportSchema({
    status: {
      type: 'string',
      enum: ['muted', 'sent', 'throttled', 'unavailable', 'not_kept'],
      description:
        '`unavailable`: the channel was not set up when the event came. `not_kept`: too long ago to say; deliveries are ' +
        'kept for a shorter time than events.',
    },
    deliveries: listOf({
      ...DELIVERY,
      status: {
        type: 'string',
        enum: REPORTED_STATUSES,
      },
    }),
  }),
};

/** How a channel reports. */
export function reportOf({ report }: Channel): ChannelReport {
  return report ?? SENDING_REPORT;
}

/** How a delivery's status is called in a report. */
export function reportedStatus({ status }: ReportedDelivery): string {
  return status === 'pending' ? 'queued' : status;
}

function statusOf({ available, on, deliveries, kept }: ChannelResult): string {
  if (!available) return 'unavailable';
  if (!on) return 'muted';
  if (isThrottled(deliveries)) return 'throttled';
  return deliveries.length > 0 || kept ? 'sent' : 'not_kept';
}

/** Whether none was sent, because the user had been interrupted often enough. */
export function isThrottled(deliveries: readonly ReportedDelivery[]): boolean {
  return deliveries.length > 0 && deliveries.every(({ reason }) => reason === 'throttled');
}
