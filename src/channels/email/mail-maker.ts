import { Inject, Injectable } from '@nestjs/common';
import type { Contact } from '../../audience/contacts.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../config/options.js';
import type { Delivery } from '../../deliveries/sending-channel.js';
import { TEST_TYPE, testMessage } from '../test-message.js';
import { EMAIL_TARGET } from './email.channel.js';
import type { MailInput } from './message/mail.js';
import { UnsubscribeService } from './unsubscribe/unsubscribe.service.js';
import { renderMail } from './message/render-mail.js';
import type { OutgoingMail } from './mail-transport.js';

/** Of development, where nothing need be set. */
const FROM = 'Carillon <carillon@localhost>';
const PUBLIC_URL = 'http://localhost:3000';

/** A contact that has an address. */
export type Reachable = Contact & { email: string };

export function isReachable(contact: Contact | undefined): contact is Reachable {
  return Boolean(contact?.email);
}

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

  make(delivery: Delivery, contact: Reachable): Promise<OutgoingMail> {
    const { type: key } = delivery.notification;
    return this.makeOf(
      this.catalogue.find(key) ?? { key, description: key, mutable: true },
      delivery,
      contact,
    );
  }

  makeTest(contact: Reachable): Promise<OutgoingMail> {
    const message = testMessage(contact.userId, 'Mails to this address arrive.');
    const delivery = { ...message, targetId: EMAIL_TARGET, attempts: 0, target: undefined };
    return this.makeOf(TEST, delivery, contact);
  }

  private async makeOf(
    type: MailInput['type'],
    delivery: Delivery,
    contact: Reachable,
  ): Promise<OutgoingMail> {
    const { email, publicUrl = PUBLIC_URL, appUrl = publicUrl } = this.options;
    const { from = FROM, brand, footer, render } = email;
    const { notification } = delivery;
    const unsubscribe = this.unsubscribing.urlOf(delivery.userId, type);
    const domain = domainOf(from);
    const input = { delivery, contact, type, domain, brand, footer, urls: { app: appUrl }, unsubscribe };
    const { userId, name, locale, timeZone } = contact;
    const unsubscribeUrl = unsubscribe?.url ?? null;
    const own = await render?.({ ...notification, userId, name, locale, timeZone, unsubscribeUrl });
    return { from, ...renderMail(input, own) };
  }
}

function domainOf(from: string): string {
  return /@([^@>]+)>?$/.exec(from)?.[1] ?? 'localhost';
}
