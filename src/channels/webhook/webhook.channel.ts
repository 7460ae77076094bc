import { REPORTED_STATUSES } from '../../common/delivery-status.js';
import type { Channel, ChannelResult } from '../channel.js';
import { listOf, reportedStatus, reportSchema } from '../sending-report.js';
import { WEBHOOK_DISABLED } from './webhook-disabled.js';
import { WEBHOOK_WRITES } from './webhook.sql.js';

/** Requests to the user's webhook endpoints that subscribe to the type's webhook event. */
export const WEBHOOK: Channel = {
  key: 'webhook',
  number: 2,
  label: 'To webhooks',
  interrupts: false,
  default: ({ webhookEvent }) => webhookEvent !== null,
  types: [WEBHOOK_DISABLED],
  writes: WEBHOOK_WRITES,
  report: {
    of: (result) => ({
      status: statusOf(result),
      rule: result.rule,
      deliveries: result.deliveries.map((delivery) => ({
        id: delivery.id,
        status: reportedStatus(delivery),
        endpoint_id: delivery.targetId,
      })),
    }),
    schema: reportSchema({
      status: {
        type: 'string',
        enum: ['none', 'muted', 'no_endpoint', 'sent', 'not_kept'],
        description:
          '`none`: the type is never sent to webhooks. `no_endpoint`: none of the user subscribes to it. `not_kept`: ' +
          'too long ago to say; deliveries are kept for a shorter time than events.',
      },
      deliveries: listOf({
        id: { type: 'string', format: 'uuid' },
        endpoint_id: { type: 'string', format: 'uuid' },
        status: { type: 'string', enum: REPORTED_STATUSES },
      }),
    }),
  },
};

function statusOf({ on, webhookEvent, deliveries, kept }: ChannelResult): string {
  if (webhookEvent === null) return 'none';
  if (!on) return 'muted';
  if (deliveries.length > 0) return 'sent';
  return kept ? 'no_endpoint' : 'not_kept';
}
