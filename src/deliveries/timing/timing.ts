import type { Timing } from '../../catalogue/timing.js';
import type { Verdict } from '../sending-channel.js';

/** What has become of the user's copy in the inbox, by the time at which something else is to be sent of it. */
export type CopyState = 'unread' | 'read' | 'archived' | 'snoozed' | 'deleted';

/** Why a delivery waits for a time, or has waited. */
export type WaitReason = 'delay';

/** Its owner wants it sent once more: it waits for nothing, and is sent whatever the user has done. */
export const REDELIVERED = 'redelivered';

/** The type's throttle: its user has been interrupted often enough. */
export const THROTTLED: Verdict = { verdict: 'skipped', reason: 'throttled' };

/** All that decides when a delivery is sent. */
export interface Situation {
  /** By the database's clock, as everything that is due. */
  now: Date;
  /** Of the event. */
  createdAt: Date;
  timing: Timing;
  /** The user has turned the channel off since the event. */
  muted: boolean;
  /** Undefined: there is none, or it does not matter. */
  copy: CopyState | undefined;
  /** Why it has waited already, or {@link REDELIVERED}; null: it comes straight from the event. */
  waited: string | null;
}

/** Whether a delivery is sent now, later or not at all, before its channel is asked. */
export function decideTiming(situation: Situation): Verdict {
  const { now, createdAt, timing, muted, copy, waited } = situation;
  if (waited === REDELIVERED) return { verdict: 'send' };
  if (muted) return { verdict: 'skipped', reason: 'muted' };
  if (timing.unless !== null && isDealtWith(copy)) return { verdict: 'skipped', reason: copy };
  if (waited === null && timing.delayMs > 0) {
    // A process whose clock is ahead has written a time that has not come yet: that lengthens no delay.
    const until = new Date(Math.min(createdAt.getTime(), now.getTime()) + timing.delayMs);
    if (until > now) return { verdict: 'deferred', until, reason: 'delay' };
  }
  return { verdict: 'send' };
}

/** What is put away or gone needs no reminder either. */
function isDealtWith(copy: CopyState | undefined): copy is Exclude<CopyState, 'unread'> {
  return copy !== undefined && copy !== 'unread';
}
