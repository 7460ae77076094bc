import { REPORTED_STATUSES, type DeliveryStatus } from '../common/delivery-status.js';
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

function objectOf(properties: Properties): object {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** How a delivery's status is called in a report. */
function reported(status: DeliveryStatus): string {
  return status === 'pending' ? 'queued' : status;
}

/** Where there are several, the user has it if any has come; else the channel is as the one that may still come first. */
const BEST_FIRST: readonly DeliveryStatus[] = [
  'delivered',
  'pending',
  'waiting',
  'failed',
  'cancelled',
  'skipped',
];

/** What became of an event by a channel that sends, and why. */
interface Standing {
  status: string;
  /** Why it waits, or why nothing was sent. */
  reason: string | null;
}

/** @param noTarget what is said of a user who had nowhere to send to; without it, that is not known any more */
export function standingOf(
  { available, on, deliveries, kept }: Pick<ChannelResult, 'available' | 'on' | 'deliveries' | 'kept'>,
  noTarget = 'not_kept',
): Standing {
  const bare = (status: string) => ({ status, reason: null });
  if (!available) return bare('unavailable');
  if (!on) return bare('muted');
  const [best] = BEST_FIRST.flatMap(
    (status) => deliveries.find((delivery) => delivery.status === status) ?? [],
  );
  if (!best) return bare(kept ? noTarget : 'not_kept');
  const reason = reasonOf(best);
  if (best.status === 'delivered') return bare('sent');
  return reason === 'throttled' ? bare(reason) : { status: reported(best.status), reason };
}

/** What waits no longer keeps what it has waited for. */
function reasonOf({ status, reason }: ReportedDelivery): string | null {
  return status === 'waiting' || status === 'skipped' ? reason : null;
}

const STANDINGS = {
  sent: 'it has come, to one of the deliveries at least',
  queued: 'it is about to be sent, or tried again',
  waiting: 'its time is still to come, see the reason',
  failed: 'it could not be sent',
  cancelled: 'it was called back before it was sent',
  skipped: 'there was no need to send it, see the reason',
  muted: 'the channel was off',
  throttled: 'the user had been interrupted often enough',
  not_kept: 'too long ago to say; deliveries are kept for a shorter time than events',
};

export const UNAVAILABLE = { unavailable: 'the channel was not set up when the event came' };

/** What is said of a delivery beside its status. */
const DELIVERY = {
  id: { type: 'string', format: 'uuid' },
  reason: { type: 'string', nullable: true, description: 'Why it waits, or why nothing was sent.' },
  error: { type: 'string', nullable: true, description: 'Why it has not come, of its last attempt.' },
};

/** How a channel that sends reports, where it says nothing else itself. */
interface SendingReport {
  /** Statuses that it has besides, and what they mean. */
  statuses?: Record<string, string>;
  /** Of these, that of a user who had nowhere to send to; without it, that is not known any more. */
  noTarget?: string;
  /** What the ids of its targets are called. */
  targetId?: string;
  /** What the target answered is its owner's to see. */
  hidesErrors?: boolean;
}

export function sendingReport({
  statuses = UNAVAILABLE,
  noTarget,
  targetId,
  hidesErrors = false,
}: SendingReport = {}): ChannelReport {
  const { error, ...shown } = DELIVERY;
  const words = { ...STANDINGS, ...statuses };
  return {
    of: (result) => ({
      ...standingOf(result, noTarget),
      rule: result.rule,
      deliveries: result.deliveries.map((delivery) => ({
        id: delivery.id,
        status: reported(delivery.status),
        reason: reasonOf(delivery),
        ...(!hidesErrors && { error: delivery.error }),
        ...(targetId !== undefined && { [targetId]: delivery.targetId }),
      })),
    }),
    schema: reportSchema({
      status: {
        type: 'string',
        enum: Object.keys(words),
        description: Object.entries(words)
          .map(([status, meaning]) => `\`${status}\`: ${meaning}.`)
          .join(' '),
      },
      reason: DELIVERY.reason,
      deliveries: {
        type: 'array',
        items: objectOf({
          ...shown,
          ...(!hidesErrors && { error }),
          ...(targetId !== undefined && { [targetId]: { type: 'string', format: 'uuid' } }),
          status: { type: 'string', enum: REPORTED_STATUSES },
        }),
      },
    }),
  };
}

const SENDING_REPORT = sendingReport();

/** How a channel reports. */
export function reportOf({ report }: Channel): ChannelReport {
  return report ?? SENDING_REPORT;
}
