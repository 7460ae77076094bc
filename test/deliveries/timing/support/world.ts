import type { Channel } from '../../../../src/channels/channel.js';
import type { ChannelTiming } from '../../../../src/config/options.js';
import type { Delivery, SendResult } from '../../../../src/deliveries/sending-channel.js';
import { startApp, type TestApp, type TestOptions } from '../../../support/app.js';
import { connect, type Sql } from '../../../support/sql.js';

export interface ReportedDelivery {
  id: string;
  status: string;
  reason: string | null;
  error: string | null;
}

interface PagerReport {
  status: string;
  reason: string | null;
  rule: string;
  deliveries: ReportedDelivery[];
}

/** A type whose events go to the inbox and to the pager. */
export function pagedType(key: string, timing: ChannelTiming, more: object = {}) {
  return {
    key,
    description: key,
    level: 'info' as const,
    channels: { pager: { default: true, ...timing } },
    webhookEvent: null,
    mutable: true,
    ...more,
  };
}

export interface PagerWorld extends TestApp {
  sql: Sql;
  /** What the pager was asked to send. */
  sent: Delivery[];
  /** What it answers next; then that everything is delivered. */
  answers: (SendResult | Promise<SendResult>)[];
  notify(type: string, userIds: string[], more?: object): Promise<string>;
  /** What an event's report says of the pager, for its first recipient. */
  pager(eventId: string): Promise<PagerReport>;
  delivery(eventId: string): Promise<ReportedDelivery>;
  /** The same once it has one of these statuses. */
  until(eventId: string, ...statuses: string[]): Promise<ReportedDelivery>;
  /** The time has come for which an event's deliveries wait. */
  due(eventId: string): Promise<void>;
  /** What waits for the user has been looked at since the last change of the user's times. */
  lookedAnew(userId: string): Promise<void>;
  /** The user's newest copy. */
  copyOf(userId: string): Promise<string>;
  /** Newest first. */
  copiesOf(userId: string): Promise<string[]>;
}

/** The application with a channel of the host's own. */
export async function startPagerWorld(options: TestOptions): Promise<PagerWorld> {
  const sent: Delivery[] = [];
  const answers: (SendResult | Promise<SendResult>)[] = [];
  const pager: Channel = {
    key: 'pager',
    number: 8,
    label: 'Pager',
    default: () => false,
    sending: {
      send(delivery) {
        sent.push(delivery);
        return answers.shift() ?? { status: 'delivered' };
      },
    },
  };
  const app = await startApp({ channels: [pager], shippedTypes: false, ...options });
  const sql = await connect(app.databaseUrl);
  const report = async (eventId: string): Promise<PagerReport> => {
    const { body } = await app.producer.get(`/v1/events/${eventId}`).expect(200);
    const [recipient] = (body as { recipients: { pager: PagerReport }[] }).recipients;
    return recipient?.pager as PagerReport;
  };
  const delivery = async (eventId: string) => (await report(eventId)).deliveries[0] as ReportedDelivery;
  const copiesOf = async (userId: string): Promise<string[]> => {
    const { body } = await app.as(userId).get('/v1/notifications').expect(200);
    return (body as { notifications: { id: string }[] }).notifications.map(({ id }) => id);
  };
  return {
    ...app,
    sql,
    sent,
    answers,
    pager: report,
    delivery,
    async notify(type, userIds, more = {}) {
      return (await app.post({ type, user_ids: userIds, title: type, ...more })).id;
    },
    async until(eventId, ...statuses) {
      for (;;) {
        const one = await delivery(eventId);
        if (statuses.includes(one.status)) return one;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async due(eventId) {
      await sql.rows(
        'UPDATE carillon.deliveries SET due_at = now() WHERE event_id = $1 AND due_at IS NOT NULL',
        [eventId],
      );
    },
    async lookedAnew(userId) {
      const text = 'SELECT FROM carillon.changed_times WHERE user_id = $1 AND again';
      while ((await sql.rows(text, [userId])).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    copiesOf,
    copyOf: async (userId) => (await copiesOf(userId))[0] as string,
    async close() {
      await sql.end();
      await app.close();
    },
  };
}
