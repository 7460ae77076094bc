import type { Channel } from '../channel.js';

/** Requests to the user's webhook endpoints that subscribe to the type's webhook event. */
export const WEBHOOK: Channel = {
  key: 'webhook',
  number: 2,
  label: 'To webhooks',
  default: ({ webhookEvent }) => webhookEvent !== null,
};
