import type { Digest } from './timing.js';

/** How often a channel sends to a user what is of a type: each at once, or together. */
export const FREQUENCIES = ['instant', 'hourly', 'daily', 'weekly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** Under which name preferences have a channel's frequency, beside the channel itself. */
export function frequencyKey(channelKey: string): string {
  return `${channelKey}_frequency`;
}

/** How often it is by the type's own timing: what gathers for some time comes about hourly. */
export function frequencyOf(digest: Digest | null): Frequency {
  if (digest === null) return 'instant';
  return typeof digest === 'string' ? digest : 'hourly';
}
