import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Contacts, type Contact } from '../../audience/contacts.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import type {
  Delivery,
  LaneLimits,
  Message,
  SendingChannel,
  SendResult,
  Verdict,
} from '../../deliveries/sending-channel.js';
import { MailMaker, type Reachable } from './mail-maker.js';
import { MailTransport } from './mail-transport.js';
import { SuppressionsStore } from './suppressions.store.js';
import type { EmailResult } from './verdict.js';

/** What is known of a mail's recipient when it is sent. */
export interface Addressee {
  /** Undefined: the user is not known, or has no address. */
  contact: Reachable | undefined;
  /** Nothing goes to this address. */
  suppressed: boolean;
}

/** How mails are sent: one lane, to the address that the user has at that moment. */
@Injectable()
export class EmailSending implements SendingChannel<Addressee, EmailResult>, OnApplicationShutdown {
  /** The transport ends an attempt by itself. */
  readonly timeoutMs = Infinity;
  readonly limits: Partial<LaneLimits>;

  constructor(
    private readonly contacts: Contacts,
    private readonly suppressions: SuppressionsStore,
    private readonly maker: MailMaker,
    private readonly transport: MailTransport,
    private readonly database: WorkerDatabase,
  ) {
    this.limits = transport.limits;
  }

  async loadEach(manager: EntityManager, messages: readonly Message[]): Promise<Map<string, Addressee>> {
    const userIds = [...new Set(messages.map(({ userId }) => userId))];
    const found = [...(await this.contacts.find(manager, userIds)).values()];
    const contacts = new Map(found.map((contact) => [contact.userId, this.reachable(contact)]));
    const addresses = [...contacts.values()].filter((contact) => contact !== undefined);
    const suppressed = await this.suppressions.find(manager, addresses);
    return new Map(
      messages.map(({ id, userId }) => [
        id,
        { contact: contacts.get(userId), suppressed: suppressed.has(userId) },
      ]),
    );
  }

  verdict({ target: { contact, suppressed } }: Delivery<Addressee>): Verdict {
    if (!contact) return { verdict: 'skipped', reason: 'no_address' };
    if (suppressed) return { verdict: 'skipped', reason: 'suppressed' };
    return { verdict: 'send' };
  }

  async send(delivery: Delivery<Addressee>): Promise<EmailResult> {
    const { contact } = delivery.target;
    if (!contact) throw new Error('without an address there is no attempt');
    const result = await this.transport.send(await this.maker.make(delivery, contact));
    if (result.noMailbox) await this.suppressions.add(this.database.manager, contact, 'bounce');
    return result;
  }

  async test(userId: string): Promise<SendResult> {
    const known = (await this.contacts.find(this.database.manager, [userId])).get(userId);
    const contact = known && this.reachable(known);
    if (!contact) return { status: 'failed', error: 'there is no e-mail address to send it to' };
    return this.transport.send(await this.maker.makeTest(contact));
  }

  /** After the worker has ended: what it has under way has had its time. */
  onApplicationShutdown(): void {
    this.transport.close();
  }

  private reachable(contact: Contact): Reachable | undefined {
    const { email } = contact;
    return email ? { ...contact, email, hash: this.contacts.emailHash(email) } : undefined;
  }
}
