import type { NotificationType } from '../../config/options.js';
import type { Channel } from '../channel.js';
import { sendingReport } from '../sending-report.js';

/** An endpoint's owner must hear of it, whatever is muted. */
export const WEBHOOK_DISABLED: NotificationType = {
  key: 'webhook_disabled',
  description: 'A webhook endpoint was disabled',
  level: 'error',
  channels: { toast: true },
  webhookEvent: null,
  mutable: false,
};

const REPORT = sendingReport({
  statuses: {
    none: 'the type is never sent to webhooks',
    no_endpoint: 'none of the user subscribes to it',
  },
  noTarget: 'no_endpoint',
  targetId: 'endpoint_id',
  hidesErrors: true,
});

/** Requests to the user's webhook endpoints that subscribe to the type's webhook event. */
export const WEBHOOK: Channel = {
  key: 'webhook',
  number: 2,
  label: 'To webhooks',
  interrupts: false,
  default: ({ webhookEvent }) => webhookEvent !== null,
  types: [WEBHOOK_DISABLED],
  writes: {
    deliveries: {
      targets: ':schema.webhook_endpoints',
      subscribed: `t.disabled_at IS NULL AND t.deleted_at IS NULL
      AND (t.events @> ARRAY[e.webhook_event] OR t.events @> ARRAY['*'])`,
      event: 'e.webhook_event',
      trash: 'webhook endpoints in the trash',
    },
  },
  report: {
    ...REPORT,
    of: (result) => ({
      ...REPORT.of(result),
      ...(result.webhookEvent === null && { status: 'none', reason: null }),
    }),
  },
};
