import { Temporal } from 'temporal-polyfill';

/** In the order of the calendar: the first is day 1 of its week. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** Hours by the clock on the wall, across midnight where `to` is before `from`. */
export interface WallHours {
  from: string;
  to: string;
  /** The days on which they begin; without it, every day. */
  days?: readonly Day[];
}

/** Whether it is an IANA time zone that this Node knows. */
export function isTimeZone(id: string): boolean {
  // Temporal also takes offsets, which are no place whose clock changes, and whole times that say a zone.
  if (!/^[a-z][\w+-]*(\/[\w+-]+)*$/i.test(id)) return false;
  try {
    zoned(new Date(0), id);
    return true;
  } catch {
    return false;
  }
}

/** When the quiet hours end that a time is in, also where one begins before the other ends; undefined: it is in none. */
export function quietUntil(now: Date, zone: string | null, hours: WallHours): Date | undefined {
  const at = zonedOrUtc(now, zone);
  const [from, to] = [Temporal.PlainTime.from(hours.from), Temporal.PlainTime.from(hours.to)];
  const daysLong = hours.to > hours.from ? 0 : 1;
  let end = at.epochMilliseconds;
  for (const date of datesAround(at, 1)) {
    if (!isOn(date, hours.days)) continue;
    if (instant(date, from, at.timeZoneId) > end) break;
    end = Math.max(end, instant(date.add({ days: daysLong }), to, at.timeZoneId, LATER));
  }
  return end > at.epochMilliseconds ? new Date(end) : undefined;
}

/** The next time, after `now`, at which the clock on the wall shows `at`, on any day or on one of the week. */
export function nextWallTime(now: Date, zone: string | null, at: string, day?: Day): Date {
  const local = zonedOrUtc(now, zone);
  const time = Temporal.PlainTime.from(at);
  const next = datesAround(local, day ? DAYS.length : 1)
    .filter((date) => isOn(date, day && [day]))
    .map((date) => instant(date, time, local.timeZoneId))
    .find((ms) => ms > local.epochMilliseconds);
  return new Date(next as number);
}

/** The next time, after `now`, at which the clock on the wall shows a full hour. */
export function nextHour(now: Date, zone: string | null): Date {
  let at = zonedOrUtc(now, zone).round({ smallestUnit: 'minute', roundingMode: 'floor' });
  // A change of half an hour on the way makes it less than an hour, or more.
  do at = at.add({ minutes: 60 - at.minute });
  while (at.minute !== 0);
  return new Date(at.epochMilliseconds);
}

/** What was stored by a process with another database of zones may not be known here. */
function zonedOrUtc(at: Date, zone: string | null): Temporal.ZonedDateTime {
  return zoned(at, zone !== null && isTimeZone(zone) ? zone : 'UTC');
}

function zoned(at: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}

/**
 * The days around a time. They begin two days before it: hours that began yesterday may last into today, and where a
 * place has left out a day, yesterday is the day before it.
 */
function datesAround(at: Temporal.ZonedDateTime, daysAfter: number): Temporal.PlainDate[] {
  const today = at.toPlainDate();
  return Array.from({ length: 3 + daysAfter }, (_, index) => today.add({ days: index - 2 }));
}

function isOn(date: Temporal.PlainDate, days: readonly Day[] | undefined): boolean {
  return days === undefined || days.includes(DAYS[date.dayOfWeek - 1] as Day);
}

const LATER = { disambiguation: 'later' } as const;

/**
 * When the clock on the wall shows a time of a day. A time that is left out, as clocks go forward, is as much later; of
 * one that comes twice it is the first, or with {@link LATER} the second.
 */
function instant(
  date: Temporal.PlainDate,
  time: Temporal.PlainTime,
  zone: string,
  which?: typeof LATER,
): number {
  return date.toPlainDateTime(time).toZonedDateTime(zone, which).epochMilliseconds;
}
