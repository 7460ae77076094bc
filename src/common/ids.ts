import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

let lastMs = 0;
let sequence = 0;

/** Asked for by the kilobyte: for each id alone it would take longer than everything else about the id. */
const randomness = new Uint8Array(4_096);
const RANDOM_BYTES = 16;
let unused = randomness.length;

function random(): Uint8Array {
  if (unused === randomness.length) {
    randomFillSync(randomness);
    unused = 0;
  }
  unused += RANDOM_BYTES;
  return randomness.subarray(unused - RANDOM_BYTES, unused);
}

/**
 * Mints a UUIDv7 (RFC 9562) whose time is the given one. Ids of one millisecond ascend in the order in which this
 * process minted them.
 * @param at milliseconds since the epoch
 */
export function mintId(at: number): string {
  sequence = at === lastMs ? (sequence + 1) >>> 0 : 0;
  lastMs = at;
  return v7({ msecs: at, seq: sequence, random: random() });
}

/** The time in a UUIDv7, in milliseconds since the epoch. */
export function timeOfId(id: string): number {
  return (hexBits(id, 0, 8) >>> 0) * 0x1_0000 + hexBits(id, 9, 13);
}

/** What each hexadecimal digit stands for, by its character code. */
const DIGITS = new Uint8Array(128);
for (const [value, digit] of [...'0123456789abcdef'].entries()) DIGITS[digit.charCodeAt(0)] = value;

/**
 * The bits of up to eight lower-case hexadecimal digits: a page of fifty has up to 400 such numbers in its ids, and
 * `parseInt` of slices takes twice as long.
 */
export function hexBits(text: string, from: number, to: number): number {
  let bits = 0;
  for (let at = from; at < to; at += 1) bits = (bits << 4) | (DIGITS[text.charCodeAt(at)] as number);
  return bits;
}

/** Below every UUIDv7 of this time or later, above every earlier one. @param at milliseconds since the epoch */
export function lowestId(at: number): string {
  const hex = Math.max(0, at).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The lowest and the highest UUIDv7 of a time. @param at milliseconds since the epoch */
export function idsOf(at: number): [lowest: string, highest: string] {
  const lowest = lowestId(at);
  return [lowest, `${lowest.slice(0, 13)}-ffff-ffff-ffffffffffff`];
}

/** Before every id. */
export const LOWEST_ID = lowestId(0);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether the text is a UUID in its canonical lower-case form. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Whether the text is a UUIDv7 in its canonical lower-case form: the only ids that Carillon mints. */
export function isUuidV7(text: string): boolean {
  return UUID_V7.test(text);
}
