import { Injectable } from '@nestjs/common';
import type { MailTransport, OutgoingMail } from './mail-transport.js';
import type { EmailResult } from './verdict.js';

/** A mail that was caught. */
export interface CaughtMail extends OutgoingMail {
  at: Date;
}

/** Enough for an afternoon; a mail has some 20 KB. */
const MOST = 100;

/** Catches mails where there is no mail server, in development: they are shown, and go nowhere. */
@Injectable()
export class CaughtMails implements MailTransport {
  readonly limits = {};
  private readonly mails: CaughtMail[] = [];

  /** Newest first. */
  get all(): readonly CaughtMail[] {
    return this.mails;
  }

  send(mail: OutgoingMail): Promise<EmailResult> {
    this.mails.unshift({ ...mail, at: new Date() });
    this.mails.length = Math.min(this.mails.length, MOST);
    return Promise.resolve({ status: 'delivered', error: null });
  }

  close(): void {
    this.mails.length = 0;
  }
}
