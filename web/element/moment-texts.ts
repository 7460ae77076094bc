import type { Frequency } from '../client/wire.js';

/** The words of when something may interrupt the user. */
export interface MomentTexts {
  moment: string;
  momentHint: string;
  pause: string;
  pauseHint: string;
  pauseHour: string;
  pauseTomorrow: string;
  pauseDate: string;
  pausedUntil: string;
  resume: string;
  quietHours: string;
  quietHint: string;
  from: string;
  to: string;
  quietDays: string;
  sameTime: string;
  digests: string;
  digestsHint: string;
  digestAt: string;
  digestDay: string;
  timeZone: string;
  timeZoneHint: string;
  /** While none is set. */
  noTimeZone: string;
  useTimeZone: string;
  /** Of a type's channel, after its name. */
  howOften: string;
  frequencies: Record<Frequency, string>;
}

export const momentTexts: { en: MomentTexts; fr: MomentTexts } = {
  en: {
    moment: 'The right moment',
    momentHint:
      'When e-mails, pushes and the like may reach you. The inbox gets everything at once, and what is critical always comes.',
    pause: 'Pause',
    pauseHint: 'What comes meanwhile is sent together afterwards.',
    pauseHour: 'For an hour',
    pauseTomorrow: 'Until tomorrow',
    pauseDate: 'Until a day',
    pausedUntil: 'Paused until {name}',
    resume: 'Resume',
    quietHours: 'Quiet hours',
    quietHint: 'What comes then is sent together when they end.',
    from: 'From',
    to: 'To',
    quietDays: 'Quiet hours that begin on',
    sameTime: 'Choose another time: they begin and end alike.',
    digests: 'Digests',
    digestsHint: 'When comes what is sent once a day or once a week.',
    digestAt: 'At',
    digestDay: 'Once a week on',
    timeZone: 'Time zone',
    timeZoneHint: 'Of the times above.',
    noTimeZone: 'Not set (UTC)',
    useTimeZone: 'Use that of this browser: {name}',
    howOften: 'how often',
    frequencies: { instant: 'At once', hourly: 'Hourly', daily: 'Daily', weekly: 'Weekly' },
  },
  fr: {
    moment: 'Le bon moment',
    momentHint:
      'Quand les e-mails, les push et autres peuvent vous parvenir. La boîte de réception reçoit tout aussitôt, et ce qui est critique arrive toujours.',
    pause: 'Pause',
    pauseHint: 'Ce qui arrive entre-temps est envoyé ensuite, regroupé.',
    pauseHour: 'Pendant une heure',
    pauseTomorrow: 'Jusqu’à demain',
    pauseDate: 'Jusqu’au',
    pausedUntil: 'En pause jusqu’au {name}',
    resume: 'Reprendre',
    quietHours: 'Heures calmes',
    quietHint: 'Ce qui arrive alors est envoyé, regroupé, quand elles se terminent.',
    from: 'De',
    to: 'À',
    quietDays: 'Heures calmes qui commencent le',
    sameTime: 'Choisissez une autre heure : elles commencent et finissent au même moment.',
    digests: 'Résumés',
    digestsHint: 'Quand arrive ce qui est envoyé une fois par jour ou par semaine.',
    digestAt: 'À',
    digestDay: 'Chaque semaine le',
    timeZone: 'Fuseau horaire',
    timeZoneHint: 'Celui des heures ci-dessus.',
    noTimeZone: 'Non défini (UTC)',
    useTimeZone: 'Utiliser celui de ce navigateur : {name}',
    howOften: 'fréquence',
    frequencies: {
      instant: 'Aussitôt',
      hourly: 'Par heure',
      daily: 'Par jour',
      weekly: 'Par semaine',
    },
  },
};
