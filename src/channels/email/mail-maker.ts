import { domainToASCII } from 'node:url';
import { Inject, Injectable } from '@nestjs/common';
import type { Contact } from '../../audience/contacts.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { CARILLON_OPTIONS, type CarillonOptions, type EmailMessage } from '../../config/options.js';
import type { Message } from '../../deliveries/sending-channel.js';
import { TEST_TYPE, testMessage } from '../test-message.js';
import { itemsOf, type MailInput } from './message/mail.js';
import { UnsubscribeService } from './unsubscribe/unsubscribe.service.js';
import { renderMail } from './message/render-mail.js';
import type { OutgoingMail } from './mail-transport.js';
import type { UserAddress } from './suppressions.store.js';

/** Of development, where nothing need be set. */
const FROM = 'Carillon <carillon@localhost>';
const PUBLIC_URL = 'http://localhost:3000';

/** A contact that has an address. */
export type Reachable = Contact & UserAddress & { email: string };

/** What a test says it is of. */
const TEST = { key: TEST_TYPE, description: 'A test that you asked for', mutable: false };

/** Makes the mail of a delivery, the same for each attempt while the contact stays as it is. */
@Injectable()
export class MailMaker {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly unsubscribing: UnsubscribeService,
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
  ) {}

  makeTest(contact: Reachable): Promise<OutgoingMail> {
    return this.make(testMessage(contact.userId, 'Mails to this address arrive.'), contact, () => TEST);
  }

  async make(
    delivery: Message,
    contact: Reachable,
    typeOf: MailInput['typeOf'] = (key) =>
      this.catalogue.find(key) ?? { key, description: key, mutable: true },
  ): Promise<OutgoingMail> {
    const { email, publicUrl = PUBLIC_URL, appUrl = publicUrl } = this.options;
    const { from = FROM, brand, footer, render } = email;
    const types = itemsOf(delivery).map(({ notification }) => typeOf(notification.type));
    const unsubscribeUrl = this.unsubscribing.urlOf(delivery.userId, types);
    const domain = domainOf(from);
    const input = { delivery, contact, typeOf, domain, brand, footer, appUrl, unsubscribeUrl };
    const own = await render?.(messageOf(delivery, contact, unsubscribeUrl));
    return { from, ...renderMail(input, own) };
  }
}

/** What a host's own texts are made of. */
function messageOf(
  { notification, digest }: Message,
  { userId, name, locale, timeZone }: Reachable,
  unsubscribeUrl: string | null,
): EmailMessage {
  const items = digest?.items.map((item) => item.notification) ?? [];
  const several = digest ? { total: digest.total, items } : null;
  return { ...notification, userId, name, locale, timeZone, unsubscribeUrl, digest: several };
}

/** In ASCII, as it stands in headers. */
function domainOf(from: string): string {
  return domainToASCII(/@([^@>]+)>?$/.exec(from)?.[1] ?? '') || 'localhost';
}
