import { createHash } from 'node:crypto';
import { cut } from '../../cut.js';
import { visible } from '../../../common/text.js';
import type { Announcement } from '../../../deliveries/sending-channel.js';
import { contentOf } from './content.js';
import { itemsOf, type Mail, type MailContent, type MailInput } from './mail.js';
import { oneLine } from './plain.js';
import { MAX_NAME, severalOf } from './shown.js';
import { languageOf } from './texts.js';

/** RFC 5322 has lines of 998 characters; lists of mails show the first 50 to 100. */
const MAX_SUBJECT = 200;

/** Of mails about several types. */
const SEVERAL_TYPES = 'digest';

/**
 * Makes a mail of a delivery: the same on every attempt.
 * @param content what is read of it, where the host application makes that itself
 */
export function renderMail(input: MailInput, content: MailContent = contentOf(input)): Mail {
  const { contact } = input;
  const references = threadOf(input);
  return {
    to: { name: cut(oneLine(contact.name ?? ''), MAX_NAME), address: contact.email },
    subject: subjectOf(content.subject) ?? ownSubjectOf(input),
    html: content.html,
    text: content.text,
    messageId: messageIdOf(input),
    ...(references !== undefined && { references }),
    headers: headersOf(input),
  };
}

/** Says which delivery a mail is, whose, and to which address it went: what comes back about it names it. */
function messageIdOf({ delivery, contact, domain }: MailInput): string {
  const user = Buffer.from(delivery.userId).toString('base64url');
  return `<${delivery.id}.${user}.${contact.hash.toString('base64url')}@${domain}>`;
}

function headersOf({ delivery, domain, unsubscribeUrl }: MailInput): Record<string, string> {
  const [key = '', ...others] = new Set(itemsOf(delivery).map(({ notification }) => notification.type));
  const list = others.length > 0 ? SEVERAL_TYPES : key;
  return {
    // RFC 3834: nothing answers it by itself.
    'Auto-Submitted': 'auto-generated',
    // RFC 2919. A type's key may have dots where the id of a list must not.
    'List-Id': `<${list.split('.').filter(Boolean).join('.')}.${domain}>`,
    ...(unsubscribeUrl !== null && {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  };
}

/** Mails about one thing stand together. Hashed, because a line is too short for the longest names, and of ASCII only. */
function threadOf({ delivery, domain }: MailInput): string | undefined {
  const [about, ...others] = new Set(itemsOf(delivery).map(({ notification }) => aboutOf(notification)));
  if (about === undefined || others.length > 0) return undefined;
  return `<thread.${createHash('sha256').update(about).digest('base64url')}@${domain}>`;
}

function aboutOf({ collapseKey, entityType, entityId }: Announcement): string | undefined {
  if (collapseKey !== null) return JSON.stringify([collapseKey]);
  return entityId === null ? undefined : JSON.stringify([entityType, entityId]);
}

function subjectOf(text: string): string | undefined {
  return visible(cut(oneLine(text), MAX_SUBJECT));
}

function ownSubjectOf(input: MailInput): string {
  const { delivery, contact } = input;
  if (delivery.digest) return severalOf(input, languageOf(contact.locale).texts);
  return subjectOf(delivery.notification.title) ?? delivery.event;
}
