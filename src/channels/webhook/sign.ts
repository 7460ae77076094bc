import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks: a secret is `whsec_` and the base64 of 24 to 64 random bytes. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** For how long a replaced secret still signs too, so that a receiver can change over without a gap. */
export const ROTATION_MS = 24 * 60 * 60 * 1000;

export function createSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * The headers that Standard Webhooks asks for (https://www.standardwebhooks.com).
 * @param secrets every secret that is valid now, the newest first; each makes a signature of its own
 * @param id the same on every attempt of a delivery
 * @param at the time of this attempt, in milliseconds since the epoch
 * @param body exactly what is sent
 */
export function signatureHeaders(
  secrets: readonly string[],
  id: string,
  at: number,
  body: string | Buffer,
): Record<string, string> {
  const timestamp = Math.floor(at / 1000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
