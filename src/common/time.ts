/** Milliseconds of a day as a span of time: the days of UTC all have as many. */
export const DAY_MS = 86_400_000;

/** `00` to `99`. */
const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
/** `00:00:` to `23:59:`, by the minute of the day. */
const MINUTES = Array.from(
  { length: 1440 },
  (_, minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}:`,
);
/** `.000Z` to `.999Z`. */
const MILLISECONDS = Array.from({ length: 1000 }, (_, number) => `.${String(number).padStart(3, '0')}Z`);

/** The dates that were written, with the T: a page may have a row of each of fifty days. */
const dates = new Map<number, string>();
/** Three years of days. */
const MAX_DATES = 1_000;

/**
 * A time as `Date.prototype.toISOString` writes it, in a quarter of its time: a page of 50 has 50 of them, which is
 * a twentieth of what its request costs.
 * @param at milliseconds since the epoch, of a year up to 9999
 */
export function isoTime(at: number): string {
  const day = Math.floor(at / DAY_MS);
  const inDay = at - day * DAY_MS;
  const seconds = Math.floor(inDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const time =
    textOf(MINUTES, minutes) + two(seconds - minutes * 60) + textOf(MILLISECONDS, inDay - seconds * 1000);
  return dateOf(day) + time;
}

function dateOf(day: number): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * DAY_MS).toISOString().slice(0, 11);
  // Whoever asks for more days than these asks for many pages: writing some anew is nothing to that.
  if (dates.size >= MAX_DATES) dates.clear();
  dates.set(day, date);
  return date;
}

function two(number: number): string {
  return textOf(TWO_DIGITS, number);
}

function textOf(texts: readonly string[], number: number): string {
  return texts[number] as string;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A time as ISO 8601 writes it with its offset; undefined when it is none, or its day is not in the calendar. */
export function parseInstant(text: unknown): Date | undefined {
  const date = typeof text === 'string' ? INSTANT.exec(text)?.[1] : undefined;
  if (date === undefined) return undefined;
  // `Date` takes the 31st of a shorter month for a day of the next one.
  const midnight = new Date(`${date}T00:00:00Z`);
  const at = new Date(text as string);
  const isRight = [midnight, at].every((one) => !Number.isNaN(one.getTime()));
  return isRight && midnight.toISOString().startsWith(date) ? at : undefined;
}
