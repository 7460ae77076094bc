import { remembered } from '../../../common/remembered.js';

const SHOWN = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
} as const;

/** A time as a reader of this language and zone writes it; where the zone is not known, that of UTC, which it then says. */
export function timeOf(at: Date, lang: string, timeZone: string | null): string {
  return formatFor(`${lang} ${timeZone ?? ''}`).format(at);
}

/** A format takes half a millisecond to make; there are as many as pairs of a language and a zone. */
const formatFor = remembered(200, (pair) => {
  const [lang, timeZone] = pair.split(' ', 2) as [string, string];
  try {
    if (timeZone !== '') return new Intl.DateTimeFormat(lang, { ...SHOWN, timeZone });
  } catch {
    // A zone that this Node does not know.
  }
  return new Intl.DateTimeFormat(lang, { ...SHOWN, timeZone: 'UTC', timeZoneName: 'short' });
});
