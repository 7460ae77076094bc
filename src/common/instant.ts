import type { Reading } from './rule.js';
import { DAY_MS, parseInstant } from './time.js';

/** Which times are taken. */
export interface InstantLimits {
  /** What is further away is a wrong year. */
  daysAhead: number;
  /** Whether one that is over is taken too. */
  past?: boolean;
}

/** Reads a point in time: a `Date`, or an ISO 8601 time with its offset. */
export function readInstant(
  given: unknown,
  path: string,
  { daysAhead, past = false }: InstantLimits,
): Reading<Date> {
  const time = (given instanceof Date ? given : parseInstant(given))?.getTime() ?? NaN;
  const wrong = (message: string) => ({ issues: [{ path, message }] });
  if (Number.isNaN(time)) {
    return wrong('must be an ISO 8601 time with its offset, such as 2026-12-24T18:00:00+01:00');
  }
  const now = Date.now();
  if (!past && time <= now) return wrong('must be in the future');
  if (time > now + daysAhead * DAY_MS) return wrong(`must be at most ${daysAhead} days ahead`);
  return { value: new Date(time) };
}
