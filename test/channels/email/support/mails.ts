import type { MailInput, MailType } from '../../../../src/channels/email/message/mail.js';
import type { Announcement, DigestItem } from '../../../../src/deliveries/sending-channel.js';

const USER = 'user_42';

type Changes = Partial<Omit<MailInput, 'delivery' | 'contact' | 'typeOf' | 'brand'>> & {
  notification?: Partial<Announcement>;
  contact?: Partial<MailInput['contact']>;
  type?: Partial<MailType>;
  digest?: { total: number; items: readonly DigestItem[] };
  brand?: Partial<MailInput['brand']>;
};

/** What a mail is made of: an ordinary one, but for some changes. */
export function mailInput({ notification, contact, type, brand, digest, ...rest }: Changes = {}): MailInput {
  return {
    delivery: {
      id: '0195e1f0-0000-7000-8000-000000000001',
      userId: USER,
      event: 'job.failed',
      notificationId: '0195e1f0-0000-7000-8000-000000000002',
      notification: {
        type: 'job_failed',
        level: 'error',
        title: 'The nightly import failed',
        body: 'Row 17 of orders.csv has no date.\n\nNothing of the file was taken over.',
        link: '/jobs/17?tab=log&from=mail',
        data: null,
        teamId: null,
        entityType: null,
        entityId: null,
        collapseKey: null,
        actions: [],
        image: null,
        actor: null,
        expiresAt: null,
        createdAt: new Date('2026-03-30T08:00:00.123Z'),
        ...notification,
      },
      ...(digest && { digest }),
    },
    contact: {
      userId: USER,
      email: 'ada@example.com',
      hash: Buffer.alloc(32),
      name: 'Ada Lovelace',
      locale: null,
      timeZone: null,
      ...contact,
    },
    typeOf: () => ({ key: 'job_failed', description: 'When a job fails', mutable: true, ...type }),
    domain: 'mail.example.com',
    brand: { name: 'Acme', color: '#3a51d6', ...brand },
    appUrl: 'https://app.example.com',
    unsubscribeUrl: 'https://notify.example.com/v1/unsubscribe/TOKEN',
    ...rest,
  };
}

/** One of several, so many minutes before the newest. */
export function digestItem(minutes: number, notification: Partial<Announcement> = {}): DigestItem {
  const { delivery } = mailInput();
  const createdAt = new Date(delivery.notification.createdAt.getTime() - minutes * 60_000);
  return {
    event: 'job.failed',
    notificationId: `0195e1f0-0000-7000-8000-${String(minutes).padStart(12, '0')}`,
    notification: { ...delivery.notification, createdAt, ...notification },
  };
}

/** A mail of several, which are given newest first, of types by their keys. */
export function digestInput(
  items: readonly DigestItem[],
  { total = items.length, types = {}, ...changes }: Changes & { total?: number; types?: TypesByKey } = {},
): MailInput {
  const input = mailInput({ ...changes, digest: { total, items } });
  const typeOf = (key: string): MailType => ({ ...input.typeOf(key), key, ...types[key] });
  return { ...input, typeOf };
}

type TypesByKey = Record<string, Partial<MailType>>;
