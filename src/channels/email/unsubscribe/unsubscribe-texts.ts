/** A page's heading, and what it says: of `what` (a type's description), by whom. */
interface Said {
  title: string;
  text: (what: string, brand: string) => string;
}

/** What the pages say. */
export interface UnsubscribeTexts {
  lang: string;
  ask: Said;
  /** The type is off, or is none any more. */
  off: Said;
  /** It cannot be turned off. */
  fixed: Said;
  allOff: Said;
  /** Nothing is signed by this server. */
  unknown: Said;
  turnOff: string;
  turnAllOff: string;
  preferences: string;
}

const en: UnsubscribeTexts = {
  lang: 'en',
  ask: {
    title: 'Unsubscribe?',
    text: (what, brand) =>
      `${brand} sends you e-mails of this kind: “${what}”. Nothing has been changed yet.`,
  },
  off: {
    title: 'You are unsubscribed',
    text: (what, brand) => `${brand} sends you no e-mails of this kind: “${what}”.`,
  },
  fixed: {
    title: 'These e-mails cannot be turned off',
    text: (what, brand) => `${brand} has to send you e-mails of this kind: “${what}”.`,
  },
  allOff: {
    title: 'You are unsubscribed',
    text: (_what, brand) =>
      `${brand} sends you no e-mails any more, but for those that cannot be turned off.`,
  },
  unknown: {
    title: 'This link does not work',
    text: () => 'It may have been cut off on its way. Please open it once more from the e-mail.',
  },
  turnOff: 'Turn off these e-mails',
  turnAllOff: 'Turn off all e-mails',
  preferences: 'Notification preferences',
};

const fr: UnsubscribeTexts = {
  lang: 'fr',
  ask: {
    title: 'Se désabonner ?',
    text: (what, brand) =>
      `${brand} vous envoie des e-mails de ce type : « ${what} ». Rien n’a encore été modifié.`,
  },
  off: {
    title: 'Désabonnement effectué',
    text: (what, brand) => `${brand} ne vous envoie pas d’e-mails de ce type : « ${what} ».`,
  },
  fixed: {
    title: 'Ces e-mails ne peuvent pas être désactivés',
    text: (what, brand) => `${brand} doit vous envoyer les e-mails de ce type : « ${what} ».`,
  },
  allOff: {
    title: 'Désabonnement effectué',
    text: (_what, brand) =>
      `${brand} ne vous envoie plus d’e-mails, sauf ceux qui ne peuvent pas être désactivés.`,
  },
  unknown: {
    title: 'Ce lien ne fonctionne pas',
    text: () => 'Il a peut-être été tronqué. Ouvrez-le de nouveau depuis l’e-mail.',
  },
  turnOff: 'Désactiver ces e-mails',
  turnAllOff: 'Désactiver tous les e-mails',
  preferences: 'Préférences de notification',
};

/** In the language that a browser asks for first. */
export function unsubscribeTexts(acceptLanguage: string | undefined): UnsubscribeTexts {
  return /^\s*fr\b/i.test(acceptLanguage ?? '') ? fr : en;
}
