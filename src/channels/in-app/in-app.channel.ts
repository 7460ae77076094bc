import type { Channel } from '../channel.js';
import { reportSchema } from '../sending-report.js';
import { IN_APP_WRITES } from './in-app.sql.js';

/** The stored row in the user's inbox. */
export const IN_APP: Channel = {
  key: 'in_app',
  number: 0,
  label: 'In the inbox',
  interrupts: false,
  default: () => true,
  writes: IN_APP_WRITES,
  report: {
    of: ({ on, rule, notificationId }) => ({
      status: on ? 'stored' : 'muted',
      rule,
      notification_id: notificationId,
    }),
    schema: reportSchema({
      status: { type: 'string', enum: ['stored', 'muted'] },
      notification_id: {
        type: 'string',
        format: 'uuid',
        nullable: true,
        description: 'Null when purged since.',
      },
    }),
  },
};
