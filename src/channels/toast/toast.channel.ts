import type { Channel } from '../channel.js';
import { reportSchema } from '../sending-report.js';

/** The passing toast on the pages that the user has open: a mark on the change that they are told of. */
export const TOAST: Channel = {
  key: 'toast',
  number: 1,
  label: 'As a toast',
  default: () => false,
  writes: { change: { kind: 'toast', columns: { toast: 'r.on_toast' } } },
  report: {
    of: ({ on, rule }) => ({ status: on ? 'announced' : 'muted', rule }),
    schema: reportSchema({ status: { type: 'string', enum: ['announced', 'muted'] } }),
  },
};
