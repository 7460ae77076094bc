import type { Channel } from '../channel.js';
import { reportSchema } from '../sending-report.js';

/** The passing toast on the pages that the user has open: a mark on the change that they are told of. */
export const TOAST: Channel = {
  key: 'toast',
  number: 1,
  label: 'As a toast',
  default: () => false,
  writes: { change: { kind: `'toast'`, columns: { toast: 'r.on_toast' } } },
  report: {
    of: ({ on, rule, throttled }) => ({ status: statusOf(on, throttled), rule }),
    schema: reportSchema({ status: { type: 'string', enum: ['announced', 'muted', 'throttled'] } }),
  },
};

function statusOf(on: boolean, throttled: boolean): string {
  if (!on) return 'muted';
  return throttled ? 'throttled' : 'announced';
}
