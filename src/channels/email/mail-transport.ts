import type { LaneLimits } from '../../deliveries/sending-channel.js';
import type { Mail } from './message/mail.js';
import type { EmailResult } from './verdict.js';

/** What is handed to the mail server. */
export interface OutgoingMail extends Mail {
  from: string;
}

/** Where mails go: to the mail server, or nowhere where they are caught. */
export abstract class MailTransport {
  abstract readonly limits: Partial<LaneLimits>;
  /** Makes one attempt. What goes wrong with the server or on the way to it is a result. */
  abstract send(mail: OutgoingMail): Promise<EmailResult>;
  /** Ends everything at once. */
  abstract close(): void;
}
