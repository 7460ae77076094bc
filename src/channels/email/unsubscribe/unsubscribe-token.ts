import { timingSafeEqual } from 'node:crypto';
import type { SecretBox } from '../../../common/secret-box.js';
import { EMAIL } from '../email.channel.js';

/** Whose mails of what type are to be turned off. */
export interface Subscription {
  userId: string;
  type: string;
}

const VERSION = '1';
const CONTEXT = 'unsubscribe';
/** Of the hash, 128 bits: the token is in a header, whose line must not get too long. */
const MAC_BYTES = 16;

/**
 * The right to turn something off, and nothing else: it can be passed on and is kept in logs and mailboxes. It has no end,
 * because old mails have to work too.
 */
export function makeToken(box: SecretBox, { userId, type }: Subscription): string {
  // The id is last, because nothing is known of what is in it.
  const text = [VERSION, EMAIL, type, userId].join('\n');
  const mac = box.hash(text, CONTEXT).subarray(0, MAC_BYTES);
  return `${Buffer.from(text).toString('base64url')}.${mac.toString('base64url')}`;
}

/** What a token was made for, with the present key or the one before; undefined when it was not. */
export function readToken(box: SecretBox, token: string): Subscription | undefined {
  const [payload = '', signature = ''] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== MAC_BYTES) return undefined;
  const macs = box.hashes(text, CONTEXT).map((mac) => mac.subarray(0, MAC_BYTES));
  if (!macs.some((mac) => timingSafeEqual(mac, given))) return undefined;
  const [version, channel, type = '', ...userId] = text.split('\n');
  return version === VERSION && channel === EMAIL ? { type, userId: userId.join('\n') } : undefined;
}
