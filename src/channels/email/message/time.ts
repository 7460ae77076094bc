import { LRUCache } from 'lru-cache';

/** A format takes half a millisecond to make; there are as many as pairs of a language and a zone. */
const FORMATS = new LRUCache<string, Intl.DateTimeFormat>({ max: 200 });

const SHOWN = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
} as const;

/** A time as a reader of this language and zone writes it; where the zone is not known, that of UTC, which it then says. */
export function timeOf(at: Date, lang: string, timeZone: string | null): string {
  const key = `${lang} ${timeZone ?? ''}`;
  const known = FORMATS.get(key);
  const format = known ?? formatOf(lang, timeZone);
  if (!known) FORMATS.set(key, format);
  return format.format(at);
}

function formatOf(lang: string, timeZone: string | null): Intl.DateTimeFormat {
  try {
    if (timeZone !== null) return new Intl.DateTimeFormat(lang, { ...SHOWN, timeZone });
  } catch {
    // A zone that this Node does not know.
  }
  return new Intl.DateTimeFormat(lang, { ...SHOWN, timeZone: 'UTC', timeZoneName: 'short' });
}
