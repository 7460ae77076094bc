import { hexBits, isUuid } from './ids.js';

/** Crockford's base32 in lower case, as the TypeID specification has it: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

// 26 characters hold 130 bits; the two above the UUID's 128 are zero, so the first character is at most 7.
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Every pair of characters, by the ten bits that it stands for: two look-ups then make four characters. */
const PAIRS = Array.from(
  { length: 1024 },
  (_, bits) => ALPHABET.charAt(bits >> 5) + ALPHABET.charAt(bits & 31),
);

function pair(bits: number): string {
  return PAIRS[bits & 1023] as string;
}

const VALUES = new Map([...ALPHABET].map((character, bits) => [character, bits]));

/**
 * A UUID in the TypeID form (https://github.com/jetify-com/typeid, version 0.3).
 * @param prefix such as `ntf`
 * @param uuid in its canonical lower-case form
 */
export function encodeTypeId(prefix: string, uuid: string): string {
  const a = hexBits(uuid, 0, 8);
  const b = (hexBits(uuid, 9, 13) << 16) | hexBits(uuid, 14, 18);
  const c = (hexBits(uuid, 19, 23) << 16) | hexBits(uuid, 24, 28);
  const d = hexBits(uuid, 28, 36);
  // Ten bits a pair, over the edges of the four words; the first pair begins with the two zeros.
  const suffix =
    pair(a >>> 24) +
    pair(a >>> 14) +
    pair(a >>> 4) +
    pair((a << 6) | (b >>> 26)) +
    pair(b >>> 16) +
    pair(b >>> 6) +
    pair((b << 4) | (c >>> 28)) +
    pair(c >>> 18) +
    pair(c >>> 8) +
    pair((c << 2) | (d >>> 30)) +
    pair(d >>> 20) +
    pair(d >>> 10) +
    pair(d);
  return `${prefix}_${suffix}`;
}

/** The canonical UUID of a TypeID with this prefix, or undefined when the text is not one. */
export function decodeTypeId(prefix: string, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  const suffix = text.slice(prefix.length + 1);
  if (!SUFFIX.test(suffix)) return undefined;
  let bits = 0n;
  for (const character of suffix) bits = (bits << 5n) | BigInt(VALUES.get(character) ?? 0);
  const hex = bits.toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The prefix of a notification's id in its TypeID form. */
export const NOTIFICATION_PREFIX = 'ntf';

/** The canonical UUID of an id that a caller gave as a UUID (in any case) or in the TypeID form, else undefined. */
export function parseId(text: string): string | undefined {
  const lower = text.toLowerCase();
  return isUuid(lower) ? lower : decodeTypeId(NOTIFICATION_PREFIX, text);
}
