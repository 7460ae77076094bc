import type { ChannelWrites } from '../channel.js';

/** A delivery for each of the user's browsers. */
export const PUSH_WRITES: ChannelWrites = {
  deliveries: {
    targets: ':schema.push_subscriptions',
    subscribed: 't.deleted_at IS NULL',
    event: 'e.type',
    trash: 'push subscriptions in the trash',
  },
};
