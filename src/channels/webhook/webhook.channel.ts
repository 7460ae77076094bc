import type { Channel } from '../channel.js';
import { DELIVERY, reportedDelivery, sendingSchema, standingOf, type Standing } from '../sending-report.js';
import { WEBHOOK_DISABLED } from './webhook-disabled.js';
import { WEBHOOK_WRITES } from './webhook.sql.js';

const NEVER_SENT: Standing = { status: 'none', reason: null };

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
      ...(result.webhookEvent === null ? NEVER_SENT : standingOf(result, 'no_endpoint')),
      rule: result.rule,
      deliveries: result.deliveries.map((delivery) => {
        // What an endpoint answered is its owner's to see.
        const { error: _, ...reported } = reportedDelivery(delivery);
        return { ...reported, endpoint_id: delivery.targetId };
      }),
    }),
    schema: sendingSchema(
      {
        none: 'the type is never sent to webhooks',
        no_endpoint: 'none of the user subscribes to it',
      },
      { id: DELIVERY.id, reason: DELIVERY.reason, endpoint_id: { type: 'string', format: 'uuid' } },
    ),
  },
};
