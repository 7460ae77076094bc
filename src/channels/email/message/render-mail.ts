import { createHash } from 'node:crypto';
import { cut } from '../../../common/cut.js';
import { visible } from '../../../common/text.js';
import { parseUrl } from '../../../common/url.js';
import type { Announcement } from '../../../deliveries/sending-channel.js';
import { encodedSize, isBelow, paragraphsSize } from './html.js';
import { layout, type Shown } from './layout.js';
import type { Mail, MailContent, MailInput } from './mail.js';
import { oneLine, plain } from './plain.js';
import { languageOf } from './texts.js';

/** Where Gmail cuts a mail is 102 kB. This leaves room for what breaks lines on the way. */
const MAX_HTML = 96_000;

/** RFC 5322 has lines of 998 characters; lists of mails show the first 50 to 100. */
const MAX_SUBJECT = 200;
const MAX_NAME = 100;
const MAX_PREVIEW = 140;
/** What an operator says, so that a long text of theirs does not change the size of the mail. */
const MAX_DESCRIPTION = 300;
const MAX_FOOTER = 1_000;

/**
 * Makes a mail of a delivery: the same on every attempt.
 * @param content what is read of it, where the host application makes that itself
 */
export function renderMail(input: MailInput, content: MailContent = contentOf(input)): Mail {
  const { delivery, contact, domain } = input;
  const references = threadOf(delivery.notification, domain);
  return {
    to: { name: cut(oneLine(contact.name ?? ''), MAX_NAME), address: contact.email },
    subject: subjectOf(content.subject) ?? subjectOf(delivery.notification.title) ?? delivery.event,
    html: content.html,
    text: content.text,
    messageId: messageIdOf(delivery, domain),
    ...(references !== undefined && { references }),
    headers: headersOf(input),
  };
}

/** Says which delivery a mail is, and whose: what comes back about it names it. */
function messageIdOf({ id, userId }: MailInput['delivery'], domain: string): string {
  return `<${id}.${Buffer.from(userId).toString('base64url')}@${domain}>`;
}

function headersOf({ type, domain, unsubscribe }: MailInput): Record<string, string> {
  return {
    // RFC 3834: nothing answers it by itself.
    'Auto-Submitted': 'auto-generated',
    // RFC 2919. A type's key may have dots where the id of a list must not.
    'List-Id': `<${type.key.split('.').filter(Boolean).join('.')}.${domain}>`,
    ...(unsubscribe && {
      'List-Unsubscribe': `<${unsubscribe.url}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  };
}

/** Mails about one thing stand together. Hashed, because a line is too short for the longest names, and of ASCII only. */
function threadOf({ collapseKey, entityType, entityId }: Announcement, domain: string): string | undefined {
  const about = collapseKey === null ? entityId !== null && [entityType, entityId] : [collapseKey];
  if (!about) return undefined;
  const name = createHash('sha256').update(JSON.stringify(about)).digest('base64url');
  return `<thread.${name}@${domain}>`;
}

function subjectOf(text: string): string | undefined {
  return visible(cut(oneLine(text), MAX_SUBJECT));
}

function contentOf(input: MailInput): MailContent {
  const shown = shownOf(input);
  return { subject: input.delivery.notification.title, html: htmlOf(shown), text: textOf(shown) };
}

/** The layout, with as much of the body as readers show. */
function htmlOf(shown: Shown): string {
  const html = layout(shown);
  if (isBelow(MAX_HTML, html)) return html;
  // Around some body: without one there is nothing around it.
  const room = MAX_HTML - encodedSize(layout({ ...shown, body: '.' }));
  return layout({ ...shown, body: cut(shown.body, room, paragraphsSize) });
}

function shownOf({ delivery, contact, type, brand, footer, urls, unsubscribe }: MailInput): Shown {
  const { title, body, link } = delivery.notification;
  const { lang, dir, texts } = languageOf(contact.locale);
  const text = plain(visible(body) ?? '').trim();
  const description = cut(oneLine(type.description), MAX_DESCRIPTION);
  return {
    lang,
    dir,
    texts,
    brand: {
      name: cut(oneLine(brand.name), MAX_NAME),
      logoUrl: brand.logoUrl,
      color: brand.color,
      footer: cut(plain(footer ?? '').trim(), MAX_FOOTER),
    },
    preview: cut(oneLine((text || description).slice(0, 2 * MAX_PREVIEW)), MAX_PREVIEW),
    title: oneLine(visible(title) ?? delivery.event),
    body: text,
    link: link === null ? undefined : absolute(link, urls.app),
    why: type.mutable ? texts.why(description) : texts.whyAlways(description),
    preferencesUrl: urls.app,
    unsubscribeUrl: unsubscribe?.url,
  };
}

/** As the page with the bell reads it, so that a path leads to the same place from both. */
function absolute(link: string, appUrl: string): string | undefined {
  const url = parseUrl(link) ?? parseUrl(new URL(appUrl).origin + link);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/** The same in plain text, whole. */
function textOf({ texts, brand, title, body, link, why, preferencesUrl, unsubscribeUrl }: Shown): string {
  const blocks = [
    title,
    body,
    link === undefined ? '' : `${texts.open}: ${link}`,
    [
      '-- ',
      why,
      `${texts.preferences}: ${preferencesUrl}`,
      ...(unsubscribeUrl === undefined ? [] : [`${texts.unsubscribe}: ${unsubscribeUrl}`]),
    ].join('\n'),
    [brand.name, brand.footer].filter(Boolean).join('\n'),
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}
