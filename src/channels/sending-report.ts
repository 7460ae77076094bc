import type { Channel, ChannelReport, ReportedDelivery } from './channel.js';

/** What decided, as OpenAPI describes it. */
export const RULE = {
  type: 'string',
  enum: ['preference', 'default'],
  description: 'What decided: the user, or the type.',
};

/** What is reported of a channel that sends, where it says nothing else itself. */
const SENDING_REPORT: ChannelReport = {
  of: ({ on, rule, deliveries, kept }) => ({
    status: statusOf(on, deliveries, kept),
    rule,
    deliveries: deliveries.map((delivery) => ({
      id: delivery.id,
      status: reportedStatus(delivery),
      reason: delivery.reason,
    })),
  }),
  schema: {
    type: 'object',
    properties: {
      status: {
        type: 'string',
        enum: ['muted', 'sent', 'not_kept'],
        description: '`not_kept`: too long ago to say; deliveries are kept for a shorter time than events.',
      },
      rule: RULE,
      deliveries: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            id: { type: 'string', format: 'uuid' },
            status: {
              type: 'string',
              enum: ['queued', 'waiting', 'delivered', 'failed', 'skipped', 'cancelled'],
            },
            reason: {
              type: 'string',
              nullable: true,
              description: 'Why nothing was sent, where it was skipped.',
            },
          },
          required: ['id', 'status', 'reason'],
        },
      },
    },
    required: ['status', 'rule', 'deliveries'],
  },
};

/** How a channel reports. */
export function reportOf({ report }: Channel): ChannelReport {
  return report ?? SENDING_REPORT;
}

/** How a delivery's status is called in a report. */
export function reportedStatus({ status }: ReportedDelivery): string {
  return status === 'pending' ? 'queued' : status;
}

function statusOf(on: boolean, deliveries: readonly ReportedDelivery[], kept: boolean): string {
  if (!on) return 'muted';
  return deliveries.length > 0 || kept ? 'sent' : 'not_kept';
}
