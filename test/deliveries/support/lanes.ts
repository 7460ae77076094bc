import type { Delivery, QueuedChannel } from '../../../src/deliveries/sending-channel.js';

export const LIMITS = { concurrency: 4, perSecond: 10, burst: 20 };

const nothing = () => Promise.reject(new Error('no queue asks this channel'));

/** A channel whose users have targets of their own. */
export const channel: QueuedChannel = {
  key: 'test',
  sending: { send: nothing, targets: { lanes: nothing, load: nothing, record: nothing, recorded: nothing } },
};

/** One that is everything of its channel. */
export const sharedChannel: QueuedChannel = { key: 'shared', sending: { send: nothing } };

/** A delivery of which a lane need not know more. */
export function delivery(targetId = 'target'): Delivery {
  return { userId: 'user', id: 'id', targetId, attempts: 0 } as Delivery;
}
