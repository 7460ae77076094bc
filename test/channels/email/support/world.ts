import type { HostOptions } from '../../../../src/config/defaults.js';
import { startApp, type TestApp, type TestOptions } from '../../../support/app.js';
import { connect, type Sql } from '../../../support/sql.js';

/** A type whose mails are on for users who have set nothing. */
export const ORDER_SHIPPED = {
  key: 'order.shipped',
  description: 'An order was shipped',
  level: 'success' as const,
  channels: { email: true },
  webhookEvent: null,
  mutable: true,
};

export interface Reported {
  status: string;
  deliveries: { id: string; status: string; reason: string | null; error: string | null }[];
}

export interface MailWorld extends TestApp {
  sql: Sql;
  /** What a producer says of a user. */
  contact(userId: string, email: string | null, name?: string): Promise<void>;
  ship(userIds: string[], event?: Record<string, unknown>): Promise<string>;
  /** What an event's report says of mails, of each recipient. */
  reports(eventId: string): Promise<Reported[]>;
  /** The same once nothing of it is queued. */
  settled(eventId: string): Promise<Reported['deliveries']>;
}

/** The application with a mail server. */
export async function startMailWorld(
  smtpUrl: string | undefined,
  { email, types = [], ...options }: TestOptions = {},
): Promise<MailWorld> {
  const app = await startApp({
    types: [ORDER_SHIPPED, ...types],
    publicUrl: 'https://notify.example.com',
    email: { smtpUrl, from: 'Shop <shop@example.com>', perSecond: 1_000, ...email } as HostOptions['email'],
    ...options,
  });
  const sql = await connect(app.databaseUrl);
  const reports = async (eventId: string): Promise<Reported[]> => {
    const { body } = await app.producer.get(`/v1/events/${eventId}`).expect(200);
    return (body as { recipients: { email: Reported }[] }).recipients.map((recipient) => recipient.email);
  };
  return {
    ...app,
    sql,
    reports,
    async contact(userId, address, name = '') {
      const body = { email: address, name: name || null };
      await app.producer
        .put(`/v1/users/${encodeURIComponent(userId)}`)
        .send(body)
        .expect(200);
    },
    async ship(userIds, event = {}) {
      const { id } = await app.post({
        type: ORDER_SHIPPED.key,
        user_ids: userIds,
        title: 'Your order is on its way',
        body: 'It comes on Tuesday.',
        link: '/orders/7',
        ...event,
      });
      return id;
    },
    async settled(eventId) {
      for (;;) {
        const deliveries = (await reports(eventId)).flatMap((report) => report.deliveries);
        if (deliveries.every(({ status }) => status !== 'queued')) return deliveries;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      await sql.end();
      await app.close();
    },
  };
}
