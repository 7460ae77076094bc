import type { Contact } from '../../../audience/contacts.js';
import type { CatalogueType } from '../../../catalogue/catalogue.js';
import type { EmailBrand } from '../../../config/options.js';
import type { DigestItem, Message } from '../../../deliveries/sending-channel.js';

/** What a mail says of a type. */
export type MailType = Pick<CatalogueType, 'key' | 'description' | 'mutable' | 'category'>;

/** Everything that a mail is made of. */
export interface MailInput {
  delivery: Message;
  contact: Pick<Contact, 'userId' | 'name' | 'locale' | 'timeZone'> & {
    email: string;
    /** A keyed hash of the address. */
    hash: Buffer;
  };
  typeOf: (key: string) => MailType;
  /** The domain of the sender's address: message ids and the list's are made with it. */
  domain: string;
  brand: EmailBrand;
  /** What stands below everything, such as a postal address. */
  footer?: string | undefined;
  /** The application's own address: links that are paths lead there, and preferences are set there. */
  appUrl: string;
  /** Where its types are turned off, without a login; null where none can be. */
  unsubscribeUrl: string | null;
}

/** What is read of a mail: made here, or by the host application. */
export interface MailContent {
  subject: string;
  html: string;
  text: string;
}

/** A mail, as the transport takes it. It is the same on every attempt. */
export interface Mail extends MailContent {
  to: { name: string; address: string };
  messageId: string;
  /** The thread that it belongs to, for `References` and `In-Reply-To`. */
  references?: string;
  /** One line each, and none of them may be folded: RFC 8058 has receivers that read `List-Unsubscribe` as one. */
  headers: Record<string, string>;
}

/** What a mail tells of: one, or several, newest first. */
export function itemsOf(message: Message): readonly DigestItem[] {
  return message.digest?.items ?? [message];
}
