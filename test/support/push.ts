import { createVapidKeys } from '../../src/config/vapid.js';

/** What it takes to send pushes. */
export const VAPID = { ...createVapidKeys(), subject: 'mailto:push@example.com' };

/** What a browser would post; nobody could read what is sent to it. */
export function subscriptionAt(endpoint: string) {
  const auth = Buffer.alloc(16).toString('base64url');
  return { endpoint, keys: { p256dh: createVapidKeys().publicKey, auth } };
}
