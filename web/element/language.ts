import { toJson } from '../client/json.js';
import { en, type Plural, type Texts } from './texts.js';
import { fr } from './texts-fr.js';

/** Texts, or parts of them, that replace the shipped ones. */
export type Replaced<T> = { [K in keyof T]?: T[K] extends string ? string : Partial<T[K]> };

export interface Language<T = Texts> {
  /** For `Intl`. */
  readonly locale: string;
  readonly texts: T;
}

/** @param replaced by the page @param more words than the bell's */
export function language(
  locale: string,
  replaced: Replaced<Texts> = {},
  more: { en: object; fr: object } = { en: {}, fr: {} },
): Language {
  const texts: Texts = /^fr\b/i.test(locale) ? { ...fr, ...more.fr } : { ...en, ...more.en };
  const merged = Object.entries(replaced).map(([key, value]) => {
    const shipped: unknown = texts[key as keyof Texts];
    return [key, typeof value === 'object' ? { ...(shipped as object), ...value } : value];
  });
  return {
    locale: supported(locale),
    texts: { ...texts, ...(Object.fromEntries(merged) as Partial<Texts>) },
  };
}

/** A `lang` that `Intl` does not take must not take the page down. */
function supported(locale: string): string {
  return attempt(() => Intl.getCanonicalLocales(locale)[0]) ?? 'en';
}

/** Not every browser has every part of `Intl`, nor every language in it: then the plainest form has to do. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(own(values, name) ?? whole));
}

export function plural({ locale }: Language, text: Plural, n: number): string {
  const usual = attempt(() => new Intl.PluralRules(locale).select(n)) ?? (n === 1 ? 'one' : 'other');
  const category = n === 0 && text.zero !== undefined ? 'zero' : usual;
  const number = attempt(() => new Intl.NumberFormat(locale).format(n)) ?? String(n);
  return fill(text[category] ?? text.other, { n: number });
}

/** What is there under a key from outside: every object inherits what is under `constructor`. */
export function own<T>(values: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

/** What a type is called: its text, else its key made readable. */
export function typeLabel({ texts }: Language, key: string): string {
  return own(texts.types, key) ?? readable(key);
}

export function readable(key: string): string {
  const words = key.replace(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Units with their length, and from when on they are used: from where the smaller one would be rounded up to one. */
const STEPS: [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['minute', 60, 0],
  ['hour', 3_600, 3_570],
  ['day', 86_400, 84_600],
];
/** From then on a date says more than a number of days. */
export const DATE_AFTER_DAYS = 7;

/** `3 minutes ago`, `yesterday`, `in 2 hours`, or the date. */
export function relativeTime({ locale, texts }: Language, at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (!Number.isFinite(seconds)) return '';
  if (distance < 45) return texts.now;
  if (distance >= DATE_AFTER_DAYS * 86_400) {
    const year = at.getFullYear() === now.getFullYear() ? undefined : ('numeric' as const);
    return date(locale, at, { day: 'numeric', month: 'short', year });
  }
  let [unit, length] = STEPS[0]!;
  for (const step of STEPS) if (distance >= step[2]) [unit, length] = step;
  const count = Math.sign(seconds) * Math.max(1, Math.round(distance / length));
  const relative = attempt(() =>
    new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(count, unit),
  );
  return relative ?? date(locale, at);
}

export function exactTime({ locale }: Language, at: Date): string {
  if (Number.isNaN(at.getTime())) return '';
  return date(locale, at, { dateStyle: 'full', timeStyle: 'medium' });
}

/** By language, form and offset: to make one takes forty times as long as to use it, and a list uses one for each row. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function date(locale: string, at: Date, form?: Intl.DateTimeFormatOptions): string {
  return attempt(() => formatOf(locale, at, form).format(at)) ?? at.toISOString().slice(0, 10);
}

function formatOf(locale: string, at: Date, form?: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // It keeps the zone that it was made in, and the browser may come to another one.
  const key = toJson([locale, form, at.getTimezoneOffset()]);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(locale, form)));
  return format;
}
