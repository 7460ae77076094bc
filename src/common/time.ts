/** Milliseconds of a day as a span of time: the days of UTC all have as many. */
export const DAY_MS = 86_400_000;

/** `00` to `99`. */
const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** The date of the day that was written last, with the T: the rows of a page are from few days. */
let lastDay = NaN;
let lastDate = '';

/**
 * A time as `Date.prototype.toISOString` writes it, in a quarter of its time: a page of 50 has 50 of them, which is
 * a twentieth of what its request costs.
 * @param at milliseconds since the epoch, of a year up to 9999
 */
export function isoTime(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) {
    lastDay = day;
    lastDate = new Date(day * DAY_MS).toISOString().slice(0, 11);
  }
  const inDay = at - day * DAY_MS;
  const seconds = Math.floor(inDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const milliseconds = inDay % 1000;
  return (
    `${lastDate}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}` +
    `.${milliseconds < 100 ? '0' + two(milliseconds) : milliseconds}Z`
  );
}

function two(number: number): string {
  return TWO_DIGITS[number] as string;
}
