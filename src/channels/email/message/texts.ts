import { remembered } from '../../../common/remembered.js';

/** Every word that a mail says by itself. */
const en = {
  /** The language that these are in. */
  lang: 'en',
  open: 'Open',
  why: (description: string) =>
    `You get this because “${description}” is on in your notification preferences.`,
  /** Of a type that cannot be turned off. */
  whyAlways: (description: string) => `You get this because of “${description}”, which cannot be turned off.`,
  /** Of several notifications: what the mail is called, at least two. */
  several: (count: number, brand: string) => `${count} notifications from ${brand}`,
  /** How many of them are not shown. */
  more: (count: number) => `and ${count} more`,
  whySeveral: 'You get this because these notifications are on in your notification preferences.',
  whySeveralAlways: 'You get this because of notifications that cannot be turned off.',
  preferences: 'Notification preferences',
  unsubscribe: 'Unsubscribe',
};

export type MailTexts = typeof en;

const fr: MailTexts = {
  lang: 'fr',
  open: 'Ouvrir',
  why: (description) =>
    `Vous recevez ce message car « ${description} » est activé dans vos préférences de notification.`,
  whyAlways: (description) =>
    `Vous recevez ce message au titre de « ${description} », qui ne peut pas être désactivé.`,
  several: (count, brand) => `${count} notifications de ${brand}`,
  more: (count) => (count === 1 ? 'et 1 autre' : `et ${count} autres`),
  whySeveral:
    'Vous recevez ce message car ces notifications sont activées dans vos préférences de notification.',
  whySeveralAlways: 'Vous recevez ce message au titre de notifications qui ne peuvent pas être désactivées.',
  preferences: 'Préférences de notification',
  unsubscribe: 'Se désabonner',
};

/** A language that is read, and the words that there are in it, or else the English ones. */
export interface Language {
  lang: string;
  dir: Direction;
  texts: MailTexts;
}

export type Direction = 'ltr' | 'rtl';

/** The scripts of living languages that are written from right to left. */
const RIGHT_TO_LEFT = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

const languageFor = remembered(100, (locale): Language => {
  const known = parsed(locale) ?? new Intl.Locale('en');
  return {
    lang: known.baseName,
    dir: RIGHT_TO_LEFT.has(known.maximize().script ?? '') ? 'rtl' : 'ltr',
    texts: known.language === 'fr' ? fr : en,
  };
});

/** The language of a reader. */
export function languageOf(locale: string | null): Language {
  return languageFor(locale ?? 'en');
}

function parsed(locale: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(locale);
  } catch {
    return undefined;
  }
}
