import type { Reading } from './rule.js';
import { DAY_MS } from './time.js';

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

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** The years that PostgreSQL and ISO 8601 write alike; an offset may lead out of them. */
const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** A time as ISO 8601 writes it with its offset; undefined when it is none, or its day is not in the calendar. */
export function parseInstant(text: unknown): Date | undefined {
  const date = typeof text === 'string' ? INSTANT.exec(text)?.[1] : undefined;
  if (date === undefined) return undefined;
  // `Date` takes the 31st of a shorter month for a day of the next one.
  const midnight = new Date(`${date}T00:00:00Z`);
  const at = new Date(text as string);
  const isRight = !Number.isNaN(midnight.getTime()) && at.getTime() >= FIRST && at.getTime() <= LAST;
  return isRight && midnight.toISOString().startsWith(date) ? at : undefined;
}
