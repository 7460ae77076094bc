import type { NotificationRow } from '../client/wire.js';
import { date, DATE_AFTER_DAYS, type Language } from './language.js';
import type { ListTexts } from './list-texts.js';
import type { Texts } from './texts.js';

/** A time to come: the hour, and the day where it is another one than now's. */
export function momentText({ locale }: Language, at: Date, now = new Date()): string {
  if (Number.isNaN(at.getTime())) return '';
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  if (at.toDateString() === now.toDateString()) return date(locale, at, time);
  const near = at.getTime() - now.getTime() < DATE_AFTER_DAYS * 86_400_000;
  const day = near ? ({ weekday: 'short' } as const) : ({ day: 'numeric', month: 'short' } as const);
  return date(locale, at, { ...day, ...time });
}

/** The rows of one day, in the zone that the browser is in. */
export interface DayOfRows {
  readonly day: Date;
  readonly rows: NotificationRow[];
}

export function byDay(rows: readonly NotificationRow[]): DayOfRows[] {
  const days: DayOfRows[] = [];
  for (const row of rows) {
    const day = new Date(row.created_at);
    const last = days.at(-1);
    if (last?.day.toDateString() === day.toDateString()) last.rows.push(row);
    else days.push({ day, rows: [row] });
  }
  return days;
}

/** `Today`, `Yesterday`, or the date. */
export function dayText({ locale, texts }: Language<Texts & ListTexts>, day: Date, now: Date): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return texts.today;
  if (day.toDateString() === yesterday.toDateString()) return texts.yesterday;
  const year = day.getFullYear() === now.getFullYear() ? undefined : ('numeric' as const);
  return date(locale, day, { weekday: 'long', day: 'numeric', month: 'long', year });
}
