import { timingSafeEqual } from 'node:crypto';
import type { SecretBox } from '../../../common/secret-box.js';
import { EMAIL } from '../email.channel.js';

/** Whose mails of what types are to be turned off; without types all of them. */
export interface Subscription {
  userId: string;
  types: readonly string[];
}

const VERSION = '1';
const CONTEXT = 'unsubscribe';
/** Of the hash, 128 bits: the token is in a header, whose line must not get too long. */
const MAC_BYTES = 16;
/** Of what is signed, for the same reason; one type has room beside the longest id. */
const MAX_BYTES = 600;

/**
 * The right to turn something off, and nothing else: it can be passed on and is kept in logs and mailboxes. It has no end,
 * because old mails have to work too. Where there is no room for all types it is one for all mails: part of what was meant to
 * end would go on.
 */
export function makeToken(box: SecretBox, { userId, types }: Subscription): string {
  const whole = textOf(types, userId);
  const text = Buffer.byteLength(whole) <= MAX_BYTES ? whole : textOf([], userId);
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
  const [version, channel, types = '', ...userId] = text.split('\n');
  if (version !== VERSION || channel !== EMAIL) return undefined;
  return { types: types === '' ? [] : types.split(','), userId: userId.join('\n') };
}

/** The id is last, because nothing is known of what is in it; keys of types have no commas. */
function textOf(types: readonly string[], userId: string): string {
  return [VERSION, EMAIL, types.join(), userId].join('\n');
}
