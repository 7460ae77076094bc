import { parseDuration } from '../common/duration.js';
import { isJsonObject } from '../common/json.js';
import type { ChannelEntry, ChannelTiming, ConditionUnless } from '../config/options.js';

/** For how long a channel gathers what is to be sent to a user: from the first on, or until the user's time for digests. */
export type Digest = { windowMs: number } | 'daily' | 'weekly';

/** When a channel sends what is of a type. */
export interface Timing {
  /** From the event on. */
  delayMs: number;
  /** It is not sent to a user who has done that with the copy in the inbox. */
  unless: ConditionUnless | null;
  digest: Digest | null;
}

/** At once, whatever the user has done with it. */
export const AT_ONCE: Timing = { delayMs: 0, unless: null, digest: null };

/** What a type says of a channel's timing, in its own words; undefined when that is nothing. */
export function declaredTiming(entry: ChannelEntry | undefined): ChannelTiming | undefined {
  if (!isJsonObject(entry)) return undefined;
  const { delay, unless, digest } = entry as ChannelTiming;
  const timing = { ...(delay && { delay }), ...(unless && { unless }), ...(digest && { digest }) };
  return Object.keys(timing).length > 0 ? timing : undefined;
}

/** @param timing known to be right: `config/type-rules.ts` has looked at it */
export function parseTiming({ delay, unless, digest }: ChannelTiming): Timing {
  return {
    delayMs: parseDuration(delay) ?? 0,
    unless: unless ?? null,
    digest: digest === undefined ? null : parseDigest(digest),
  };
}

function parseDigest(digest: string): Digest {
  return digest === 'daily' || digest === 'weekly' ? digest : { windowMs: parseDuration(digest) ?? 0 };
}
