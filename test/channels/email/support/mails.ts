import type { MailInput } from '../../../../src/channels/email/message/mail.js';
import type { Announcement } from '../../../../src/deliveries/sending-channel.js';

const USER = 'user_42';

type Changes = Partial<Omit<MailInput, 'delivery' | 'contact' | 'type' | 'brand'>> & {
  notification?: Partial<Announcement>;
  contact?: Partial<MailInput['contact']>;
  type?: Partial<MailInput['type']>;
  brand?: Partial<MailInput['brand']>;
};

/** What a mail is made of: an ordinary one, but for some changes. */
export function mailInput({ notification, contact, type, brand, ...rest }: Changes = {}): MailInput {
  return {
    delivery: {
      id: '0195e1f0-0000-7000-8000-000000000001',
      userId: USER,
      targetId: '00000000-0000-8000-8000-000000000003',
      event: 'job.failed',
      notificationId: '0195e1f0-0000-7000-8000-000000000002',
      attempts: 0,
      target: undefined,
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
        createdAt: new Date('2026-03-30T08:00:00.123Z'),
        ...notification,
      },
    },
    contact: { userId: USER, email: 'ada@example.com', name: 'Ada Lovelace', locale: null, ...contact },
    type: { key: 'job_failed', description: 'When a job fails', mutable: true, ...type },
    domain: 'mail.example.com',
    brand: { name: 'Acme', color: '#3a51d6', ...brand },
    urls: { app: 'https://app.example.com' },
    unsubscribe: { url: 'https://notify.example.com/v1/unsubscribe/TOKEN' },
    ...rest,
  };
}
