import { MAX_ID_LENGTH } from '../common/text.js';

/** How long and how many the fields of an event may be; texts in characters. */
export const EVENT_LIMITS = {
  /** The most users that one event can go to. */
  recipients: 10_000,
  id: MAX_ID_LENGTH,
  title: 255,
  body: 10_000,
  link: 2_048,
} as const;
