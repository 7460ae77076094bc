/** A page's heading, and what it says: of types by their descriptions, by whom. */
interface Said {
  title: string;
  text: (kinds: readonly string[], brand: string) => string;
}

/** `askAll`: of a link that is for all mails; `fixed`: of types that cannot be turned off; `unknown`: of no link of this server. */
export type Saying = 'ask' | 'askAll' | 'off' | 'fixed' | 'allOff' | 'unknown';

/** What the pages say. */
export interface UnsubscribeTexts extends Record<Saying, Said> {
  lang: string;
  turnOff: {
    these: string;
    /** Of several types. */
    each: string;
    one: (kind: string) => string;
    all: string;
  };
  preferences: string;
}

const quoted = (kinds: readonly string[], open: string, close: string) =>
  kinds.map((kind) => open + kind + close).join(', ');

const mails = (kinds: readonly string[]) =>
  `e-mails of ${kinds.length > 1 ? 'these kinds' : 'this kind'}: ${quoted(kinds, '“', '”')}`;

const en: UnsubscribeTexts = {
  lang: 'en',
  ask: {
    title: 'Unsubscribe?',
    text: (kinds, brand) => `${brand} sends you ${mails(kinds)}. Nothing has been changed yet.`,
  },
  askAll: {
    title: 'Unsubscribe?',
    text: (_kinds, brand) => `${brand} sends you e-mails of many kinds. Nothing has been changed yet.`,
  },
  off: {
    title: 'You are unsubscribed',
    text: (kinds, brand) => `${brand} sends you no ${mails(kinds)}.`,
  },
  fixed: {
    title: 'These e-mails cannot be turned off',
    text: (kinds, brand) => `${brand} has to send you ${mails(kinds)}.`,
  },
  allOff: {
    title: 'You are unsubscribed',
    text: (_kinds, brand) =>
      `${brand} sends you no e-mails any more, but for those that cannot be turned off.`,
  },
  unknown: {
    title: 'This link does not work',
    text: () => 'It may have been cut off on its way. Please open it once more from the e-mail.',
  },
  turnOff: {
    these: 'Turn off these e-mails',
    each: 'Turn off all of these e-mails',
    one: (kind) => `Turn off only “${kind}”`,
    all: 'Turn off all e-mails',
  },
  preferences: 'Notification preferences',
};

const courriels = (kinds: readonly string[]) =>
  `e-mails de ${kinds.length > 1 ? 'ces types' : 'ce type'} : ${quoted(kinds, '« ', ' »')}`;

const fr: UnsubscribeTexts = {
  lang: 'fr',
  ask: {
    title: 'Se désabonner ?',
    text: (kinds, brand) => `${brand} vous envoie des ${courriels(kinds)}. Rien n’a encore été modifié.`,
  },
  askAll: {
    title: 'Se désabonner ?',
    text: (_kinds, brand) =>
      `${brand} vous envoie des e-mails de plusieurs types. Rien n’a encore été modifié.`,
  },
  off: {
    title: 'Désabonnement effectué',
    text: (kinds, brand) => `${brand} ne vous envoie pas d’${courriels(kinds)}.`,
  },
  fixed: {
    title: 'Ces e-mails ne peuvent pas être désactivés',
    text: (kinds, brand) => `${brand} doit vous envoyer les ${courriels(kinds)}.`,
  },
  allOff: {
    title: 'Désabonnement effectué',
    text: (_kinds, brand) =>
      `${brand} ne vous envoie plus d’e-mails, sauf ceux qui ne peuvent pas être désactivés.`,
  },
  unknown: {
    title: 'Ce lien ne fonctionne pas',
    text: () => 'Il a peut-être été tronqué. Ouvrez-le de nouveau depuis l’e-mail.',
  },
  turnOff: {
    these: 'Désactiver ces e-mails',
    each: 'Désactiver tous ces e-mails',
    one: (kind) => `Désactiver seulement « ${kind} »`,
    all: 'Désactiver tous les e-mails',
  },
  preferences: 'Préférences de notification',
};

/** In the language that a browser asks for first. */
export function unsubscribeTexts(acceptLanguage: string | undefined): UnsubscribeTexts {
  return /^\s*fr\b/i.test(acceptLanguage ?? '') ? fr : en;
}
