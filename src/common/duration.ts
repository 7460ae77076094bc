import { DAY_MS } from './time.js';

const DURATION = /^([1-9]\d{0,8})([smhd])$/;

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS };

/** As far ahead as events are scheduled. */
const MAX_MS = 366 * DAY_MS;

/** What a text must be that {@link parseDuration} reads. */
export const DURATION_RULE = 'a duration such as "10m": a number of s, m, h or d, at most 366d';

/** `10m` in milliseconds; undefined when it is no duration from a second to 366 days. */
export function parseDuration(text: unknown): number | undefined {
  const [, count, unit = ''] = typeof text === 'string' ? (DURATION.exec(text) ?? []) : [];
  const ms = Number(count) * (UNIT_MS[unit] ?? NaN);
  return ms <= MAX_MS ? ms : undefined;
}
