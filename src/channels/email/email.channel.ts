import type { CarillonOptions } from '../../config/options.js';
import { ownTarget, type Channel } from '../channel.js';

/** What decides whether mails can be sent. */
export type EmailNeeds = Pick<CarillonOptions, 'production' | 'email' | 'publicUrl'>;

export const EMAIL = 'email';
const NUMBER = 3;
export const EMAIL_TARGET = ownTarget({ number: NUMBER });

/** Mails to the address of the user's contact. */
export function emailChannel(options: EmailNeeds): Channel {
  return {
    key: EMAIL,
    number: NUMBER,
    label: 'By e-mail',
    frequencies: true,
    unavailable: unavailableEmail(options),
    default: () => false,
  };
}

/** What is missing, of which development has its own: there mails are caught, or go to a server for tests. */
export function unavailableEmail({ production, email, publicUrl }: EmailNeeds): string | undefined {
  if (!production) return undefined;
  const missing = [
    ...(email.smtpUrl === undefined ? ['SMTP_URL (email.smtpUrl)'] : []),
    ...(email.from === undefined ? ['EMAIL_FROM (email.from)'] : []),
    ...(publicUrl === undefined ? ['PUBLIC_URL (publicUrl)'] : []),
  ];
  return missing.length > 0 ? `set ${missing.join(', ')}` : undefined;
}
