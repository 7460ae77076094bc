import { REPORTED_STATUSES } from '../../common/delivery-status.js';
import type { CarillonOptions } from '../../config/options.js';
import type { Channel, ChannelResult } from '../channel.js';
import { DELIVERY, listOf, isThrottled, reportedDelivery, reportSchema } from '../sending-report.js';
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
        status: statusOf(result),
        rule: result.rule,
        deliveries: result.deliveries.map((delivery) => ({
          ...reportedDelivery(delivery),
          subscription_id: delivery.targetId,
        })),
      }),
      schema: reportSchema({
        status: {
          type: 'string',
          enum: ['muted', 'no_subscription', 'sent', 'throttled', 'unavailable', 'not_kept'],
          description:
            '`no_subscription`: the user had subscribed no browser. `unavailable`: push was not set up when the event came. ' +
            '`not_kept`: too long ago to say; deliveries are kept for a shorter time than events.',
        },
        deliveries: listOf({
          ...DELIVERY,
          status: { type: 'string', enum: REPORTED_STATUSES },
          subscription_id: { type: 'string', format: 'uuid' },
        }),
      }),
    },
  };
}

function statusOf({ available, on, deliveries, kept }: ChannelResult): string {
  if (!available) return 'unavailable';
  if (!on) return 'muted';
  if (deliveries.length > 0) return isThrottled(deliveries) ? 'throttled' : 'sent';
  return kept ? 'no_subscription' : 'not_kept';
}
