import type { Channel } from '../channel.js';

/** The passing toast on the pages that the user has open. */
export const TOAST: Channel = {
  key: 'toast',
  number: 1,
  label: 'As a toast',
  default: () => false,
};
