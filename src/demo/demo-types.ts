import type { NotificationType } from '../config/options.js';

/** One for each of what the demo page shows of the right moment, with times that a person can wait for. */
export const DEMO_TYPES: readonly NotificationType[] = [
  type('demo.reminder', 'Ten seconds later, unless it has been read', {
    channels: { email: { default: true, delay: '10s', unless: 'read' } },
  }),
  type('demo.comment', 'As one mail, twenty seconds after the first', {
    channels: { email: { default: true, digest: '20s' } },
  }),
  type('demo.message', 'At once, unless the user wants quiet', { channels: { email: true, toast: true } }),
  type('demo.mention', 'Twice in half a minute, and no more', {
    channels: { email: true, toast: true },
    throttle: { max: 2, per: '30s' },
  }),
  type('demo.note', 'In the inbox and as a toast', { channels: { toast: true } }),
];

function type(
  key: string,
  description: string,
  rest: Pick<NotificationType, 'channels' | 'throttle'>,
): NotificationType {
  const usual = { level: 'info', category: 'The right moment', webhookEvent: null, mutable: true } as const;
  return { key, description, ...usual, ...rest };
}
