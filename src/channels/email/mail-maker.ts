import { Inject, Injectable } from '@nestjs/common';
import type { Contact } from '../../audience/contacts.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../config/options.js';
import type { Delivery } from '../../deliveries/sending-channel.js';
import { renderMail } from './message/render-mail.js';
import type { OutgoingMail } from './mail-transport.js';

/** Of development, where nothing need be set. */
const FROM = 'Carillon <carillon@localhost>';
const PUBLIC_URL = 'http://localhost:3000';

/** A contact that has an address. */
export type Reachable = Contact & { email: string };

/** Makes the mail of a delivery, the same for each attempt while the contact stays as it is. */
@Injectable()
export class MailMaker {
  constructor(
    private readonly catalogue: Catalogue,
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
  ) {}

  async make(delivery: Delivery, contact: Reachable): Promise<OutgoingMail> {
    const { email, publicUrl = PUBLIC_URL, appUrl = publicUrl } = this.options;
    const { from = FROM, brand, footer, render } = email;
    const { notification } = delivery;
    const type = this.catalogue.find(notification.type) ?? {
      key: notification.type,
      description: notification.type,
      mutable: true,
    };
    const unsubscribe = null;
    const domain = domainOf(from);
    const input = { delivery, contact, type, domain, brand, footer, urls: { app: appUrl }, unsubscribe };
    const { userId, name, locale, timeZone } = contact;
    const own = await render?.({ ...notification, userId, name, locale, timeZone, unsubscribeUrl: null });
    return { from, ...renderMail(input, own) };
  }
}

function domainOf(from: string): string {
  return /@([^@>]+)>?$/.exec(from)?.[1] ?? 'localhost';
}
