import type { CarillonOptions } from '../../config/options.js';
import type { Channel } from '../channel.js';
import { sendingReport, UNAVAILABLE } from '../sending-report.js';

export const PUSH = { key: 'push', number: 4, label: 'Push' } as const;

const NOT_SET_UP =
  'VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT are to be set (in a host: push); `carillon vapid` prints a new pair of keys.';

/** Web Push to the browsers that the user subscribed. */
export function pushChannel({ push }: Pick<CarillonOptions, 'push'>): Channel {
  return {
    ...PUSH,
    unavailable: push.publicKey === undefined ? NOT_SET_UP : undefined,
    default: () => false,
    writes: {
      deliveries: {
        targets: ':schema.push_subscriptions',
        subscribed: 't.deleted_at IS NULL',
        event: 'e.type',
        trash: 'push subscriptions in the trash',
      },
    },
    report: sendingReport({
      statuses: { ...UNAVAILABLE, no_subscription: 'the user had subscribed no browser' },
      noTarget: 'no_subscription',
      targetId: 'subscription_id',
    }),
  };
}
