import { cut } from '../../cut.js';
import { remembered } from '../../../common/remembered.js';
import { visible } from '../../../common/text.js';
import { parseUrl } from '../../../common/url.js';
import type { DigestItem } from '../../../deliveries/sending-channel.js';
import { itemsOf, type MailInput } from './mail.js';
import { oneLine, plain } from './plain.js';
import { languageOf, type Direction, type MailTexts } from './texts.js';
import { timeOf } from './time.js';

/** What a mail shows: plain texts, each cut to a bound, and absolute URLs. */
export interface Shown {
  lang: string;
  dir: Direction;
  texts: MailTexts;
  brand: { name: string; logoUrl: string | undefined; color: string; footer: string };
  /** What lists of mails show beside the subject. */
  preview: string;
  title: string;
  /** Who did it; empty where that is not known, or there are several. */
  actor: string;
  /** Of one notification; empty where there are several. */
  body: string;
  /** Several notifications, newest first; none where it is one. */
  items: readonly ShownItem[];
  /** How many more there are. */
  more: number;
  /** Where the button leads. */
  link: string | undefined;
  /** Of one notification, those that lead somewhere. */
  actions: readonly { label: string; link: string }[];
  why: string;
  /** The application: all notifications, and the preferences. */
  appUrl: string;
  unsubscribeUrl: string | null;
}

/** One of several. */
export interface ShownItem {
  /** Under which heading it stands: each heading where its newest item does. */
  group: string;
  title: string;
  excerpt: string;
  link: string | undefined;
  time: string;
}

export const MAX_NAME = 100;
const MAX_PREVIEW = 140;
/** What an operator says, so that a long text of theirs does not change the size of the mail. */
const MAX_DESCRIPTION = 300;
const MAX_FOOTER = 1_000;
/** More are not read in a mail, and are where the button leads. */
const MAX_ITEMS = 25;
/** Two lines or three. */
const MAX_EXCERPT = 160;

export function shownOf(input: MailInput): Shown {
  const { delivery, contact, brand, footer, appUrl, unsubscribeUrl } = input;
  const language = languageOf(contact.locale);
  return {
    ...language,
    brand: {
      name: cut(oneLine(brand.name), MAX_NAME),
      logoUrl: brand.logoUrl,
      color: brand.color,
      footer: cut(plain(footer ?? '').trim(), MAX_FOOTER),
    },
    appUrl,
    unsubscribeUrl,
    ...(delivery.digest ? several(input, delivery.digest, language) : one(input, language.texts)),
  };
}

type Content = Omit<Shown, 'lang' | 'dir' | 'texts' | 'brand' | 'appUrl' | 'unsubscribeUrl'>;

function one({ delivery, typeOf, appUrl }: MailInput, texts: MailTexts): Content {
  const { type: key, body, link, actor, actions } = delivery.notification;
  const type = typeOf(key);
  const text = plain(visible(body) ?? '').trim();
  const description = cut(oneLine(type.description), MAX_DESCRIPTION);
  return {
    preview: excerptOf(text || description, MAX_PREVIEW),
    title: titleOf(delivery),
    actor: oneLine(actor?.name ?? ''),
    body: text,
    items: [],
    more: 0,
    link: absolute(link, appUrl),
    actions: actions.flatMap(({ label, link: to }) => {
      const url = absolute(to, appUrl);
      return url === undefined ? [] : [{ label: oneLine(label), link: url }];
    }),
    why: type.mutable ? texts.why(description) : texts.whyAlways(description),
  };
}

function several(
  input: MailInput,
  { total }: { total: number },
  { lang, texts }: Pick<Shown, 'lang' | 'texts'>,
): Content {
  const { delivery, contact, typeOf, appUrl } = input;
  const all = itemsOf(delivery);
  const items = all.slice(0, MAX_ITEMS).map((item) => {
    const { type: key, body, link, createdAt } = item.notification;
    const type = typeOf(key);
    return {
      group: cut(oneLine(type.category ?? type.description), MAX_DESCRIPTION),
      title: titleOf(item),
      excerpt: excerptOf(visible(body) ?? '', MAX_EXCERPT),
      link: absolute(link, appUrl),
      time: timeOf(createdAt, lang, contact.timeZone),
    };
  });
  const canBeOff = all.some(({ notification }) => typeOf(notification.type).mutable);
  return {
    preview: excerptOf(items.map(({ title }) => title).join(' · '), MAX_PREVIEW),
    title: severalOf(input, texts),
    actor: '',
    body: '',
    items,
    more: total - items.length,
    link: appUrl,
    actions: [],
    why: canBeOff ? texts.whySeveral : texts.whySeveralAlways,
  };
}

/** What a mail of several is called. */
export function severalOf({ delivery, brand }: MailInput, texts: MailTexts): string {
  return texts.several(delivery.digest?.total ?? 1, cut(oneLine(brand.name), MAX_NAME));
}

function titleOf({ event, notification }: DigestItem): string {
  return oneLine(visible(notification.title) ?? event);
}

/** The beginning of a text, on one line. */
function excerptOf(text: string, most: number): string {
  // Of what is longer no more than this is looked at.
  return cut(oneLine(text.slice(0, 2 * most)), most);
}

/** As the page with the bell reads it, so that a path leads to the same place from both. */
function absolute(link: string | null | undefined, appUrl: string): string | undefined {
  if (!link) return undefined;
  const url = parseUrl(link.startsWith('/') ? originOf(appUrl) + link : link);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/** There is one, of the configuration. */
const originOf = remembered(1, (appUrl) => new URL(appUrl).origin);
