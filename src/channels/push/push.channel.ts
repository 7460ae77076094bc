import type { CarillonOptions } from '../../config/options.js';
import type { Channel } from '../channel.js';
import { DELIVERY, reportedDelivery, sendingSchema, standingOf, UNAVAILABLE } from '../sending-report.js';
import { PUSH_WRITES } from './push.sql.js';

export const PUSH = { key: 'push', number: 4, label: 'Push' } as const;

const NOT_SET_UP =
  'VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT are to be set (in a host: push); `carillon vapid` prints a new pair of keys.';

/** Web Push to the browsers that the user subscribed. */
export function pushChannel({ push }: Pick<CarillonOptions, 'push'>): Channel {
  return {
    ...PUSH,
    unavailable: push.publicKey === undefined ? NOT_SET_UP : undefined,
    default: () => false,
    writes: PUSH_WRITES,
    report: {
      of: (result) => ({
        ...standingOf(result, 'no_subscription'),
        rule: result.rule,
        deliveries: result.deliveries.map((delivery) => ({
          ...reportedDelivery(delivery),
          subscription_id: delivery.targetId,
        })),
      }),
      schema: sendingSchema(
        { ...UNAVAILABLE, no_subscription: 'the user had subscribed no browser' },
        { ...DELIVERY, subscription_id: { type: 'string', format: 'uuid' } },
      ),
    },
  };
}
