import { LRUCache } from 'lru-cache';
import webpush from 'web-push';
import type { PushOptions } from '../../config/options.js';

/** RFC 8292 allows a day; Apple's push service, too, wants less than that. */
const GOOD_FOR_MS = 12 * 60 * 60 * 1000;

/** A token is used no longer than this, so that none ends on its way. */
const USED_FOR_MS = 11 * 60 * 60 * 1000;

/** More push services than there are. */
const MAX_SERVICES = 1_000;

/** What says to a push service who sends (RFC 8292). Signing takes three times as long as all else about a push. */
export class VapidTokens {
  private readonly tokens = new LRUCache<string, { header: string; until: number }>({ max: MAX_SERVICES });

  constructor(private readonly keys: PushOptions) {}

  /** The value of the header `Authorization`. @param origin of the push service @param now milliseconds since the epoch */
  authorization(origin: string, now: number): string {
    const known = this.tokens.get(origin);
    if (known && now < known.until) return known.header;
    const { subject, publicKey, privateKey } = this.keys;
    const expires = Math.floor((now + GOOD_FOR_MS) / 1000);
    const { Authorization: header } = webpush.getVapidHeaders(
      origin,
      subject,
      publicKey,
      privateKey,
      'aes128gcm',
      expires,
    );
    this.tokens.set(origin, { header, until: now + USED_FOR_MS });
    return header;
  }
}
