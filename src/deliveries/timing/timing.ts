import type { Frequency } from '../../catalogue/frequency.js';
import type { Digest, Timing } from '../../catalogue/timing.js';
import type { UserTimes } from '../../audience/user-times.js';
import { nextHour, nextWallTime, quietUntil } from '../../common/local-time.js';
import type { NotSent, Verdict } from '../sending-channel.js';

/** What has become of the user's copy in the inbox, by the time at which something else is to be sent of it. */
export type CopyState = 'unread' | 'seen' | 'read' | 'archived' | 'snoozed' | 'deleted';

/** Its owner wants it sent once more: it waits for nothing, and is sent even if the user has dealt with it. */
export const REDELIVERED = 'redelivered';

/** The type's throttle: its user has been interrupted often enough. */
export const THROTTLED: NotSent = { verdict: 'skipped', reason: 'throttled' };

/** Under this name is gathered, over all types, what waits for the user's own times. */
const EVERYTHING = '';

/** All that decides whether a user is to hear of a delivery at all. */
export interface Relevance {
  timing: Timing;
  /** The user has turned the channel off since the event. */
  muted: boolean;
  /** Undefined: there is none. */
  copy: CopyState | undefined;
  /** It has waited with others, of which those are left out that the user has dealt with. */
  gathered: boolean;
}

/** Why nothing is sent of a delivery; undefined: it is relevant. What is put away or gone needs no reminder either. */
export function reasonToLeaveOut({ timing, muted, copy, gathered }: Relevance): string | undefined {
  if (muted) return 'muted';
  const matters = timing.unless !== null || gathered;
  if (!matters || copy === 'unread') return undefined;
  return copy === 'seen' && timing.unless !== 'seen' ? undefined : copy;
}

/** Where users have set nothing: when the day's work begins. */
const DIGEST_AT = '08:00';
const DIGEST_DAY = 'mon';

/** It has been called back while it was leased, and perhaps sent: it is not tried again. */
export const WITHDRAWN = 'withdrawn';

/** All that decides when a delivery is sent. */
export interface Situation extends Relevance {
  type: string;
  /** By the database's clock, as everything that is due. */
  now: Date;
  /** Of the event. */
  createdAt: Date;
  /** Why it has waited already, or {@link REDELIVERED} or {@link WITHDRAWN}; null: it comes straight from the event. */
  waited: string | null;
  /** How often the user wants such messages; null: as the type says. */
  frequency: Frequency | null;
  /** It may have been sent already, and is what it was then: it is not gathered with others. */
  tried: boolean;
  /** Undefined: nothing of the user's own holds it back, because it is critical, or its channel interrupts no person. */
  times: UserTimes | undefined;
}

/** Whether a delivery is sent now, later or not at all, before its channel is asked. */
export function decideTiming(situation: Situation): Verdict {
  const { waited, gathered, tried, times } = situation;
  if (waited === WITHDRAWN) return { verdict: 'skipped', reason: WITHDRAWN };
  if (waited === REDELIVERED) return { verdict: 'send' };
  const reason = reasonToLeaveOut(situation);
  if (reason !== undefined) return { verdict: 'skipped', reason };
  const delayed = waited === null ? afterDelay(situation) : undefined;
  if (delayed) return delayed;
  if (!times) return { verdict: 'send' };
  // What has been gathered is so once; that its time has come says nothing of when the user wants quiet.
  const digest = gathered || tried ? undefined : inDigest(situation, times);
  return digest ?? afterQuiet(situation.now, times) ?? { verdict: 'send' };
}

/** When it happened: a process whose clock is ahead has written a time that has not come yet, and that delays nothing. */
function happenedAt({ now, createdAt }: Situation): number {
  return Math.min(now.getTime(), createdAt.getTime());
}

function afterDelay(situation: Situation): Verdict | undefined {
  const until = new Date(happenedAt(situation) + situation.timing.delayMs);
  return until > situation.now ? { verdict: 'deferred', until, reason: 'delay' } : undefined;
}

function inDigest(situation: Situation, times: UserTimes): Verdict | undefined {
  const { now, timing, type, frequency, waited } = situation;
  const digest = frequency ?? timing.digest;
  if (digest === null || digest === 'instant') {
    // It has waited, and the user wants no digests any more: the rest of this one is sent with it.
    if (waited !== 'digest') return undefined;
    return { verdict: 'deferred', until: now, reason: 'digest', gather: EVERYTHING };
  }
  const from = new Date(happenedAt(situation) + timing.delayMs);
  // What is late waits all the same: for what is as late as it is.
  const until = new Date(Math.max(digestEnd(digest, from, times).getTime(), now.getTime()));
  const gather = typeof digest === 'string' ? EVERYTHING : type;
  return { verdict: 'deferred', until, reason: 'digest', gather };
}

function digestEnd(digest: Digest | 'hourly', from: Date, { zone, digestAt, digestDay }: UserTimes): Date {
  if (typeof digest === 'object') return new Date(from.getTime() + digest.windowMs);
  if (digest === 'hourly') return nextHour(from, zone);
  const day = digest === 'weekly' ? (digestDay ?? DIGEST_DAY) : undefined;
  return nextWallTime(from, zone, digestAt ?? DIGEST_AT, day);
}

/** It is held and not lost: all of it is sent as one then. */
export function afterQuiet(now: Date, { zone, pausedUntil, quietHours }: UserTimes): Verdict | undefined {
  if (pausedUntil !== null && pausedUntil > now)
    return { verdict: 'deferred', until: pausedUntil, reason: 'paused', gather: EVERYTHING };
  const until = quietHours === null ? undefined : quietUntil(now, zone, quietHours);
  return until && { verdict: 'deferred', until, reason: 'quiet', gather: EVERYTHING };
}
