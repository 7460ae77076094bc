import type { Channel } from '../channel.js';

/** The stored row in the user's inbox. */
export const IN_APP: Channel = {
  key: 'in_app',
  number: 0,
  label: 'In the inbox',
  default: () => true,
};
