import type { NotificationType } from '../../config/options.js';

/** An endpoint's owner must hear of it, whatever is muted. */
export const WEBHOOK_DISABLED: NotificationType = {
  key: 'webhook_disabled',
  description: 'A webhook endpoint was disabled',
  level: 'error',
  channels: { toast: true },
  webhookEvent: null,
  mutable: false,
};
