import { isTried, type Claimed, type DeliveryKey, type Outcome, type PartsOutcome } from './queue.store.js';
import type { Delivery, NotSent, SendResult } from './sending-channel.js';

/** Receivers that come back together after an outage should not all be called in the same second. */
const JITTER = 0.2;

/** How long a channel that is held pauses unless it says: what its operator mends works again soon after. */
const HELD_PAUSE_MS = 10_000;

/** What holds a message back may end sooner than it was to. */
const LOOK_AGAIN_MS = 3_600_000;

export const NO_EVENT = { verdict: 'failed', error: 'the event is not kept any more' } as const;

const NOTHING = {
  reason: null,
  error: null,
  responseStatus: null,
  waitMs: null,
  dueAt: null,
  gather: null,
  startedAt: null,
  durationMs: null,
};

/**
 * What an attempt means for its delivery.
 * @param schedule seconds to wait after each failed attempt
 * @param random a number from 0 to 1, see {@link backoff}
 * @param isShared its lane is everything of its channel
 */
export function afterAttempt(
  delivery: DeliveryKey & Pick<Delivery, 'attempts' | 'digest' | 'leftOut'>,
  result: SendResult,
  took: { startedAt: Date; durationMs: number },
  schedule: readonly number[],
  random: number,
  isShared: boolean,
): Outcome {
  const { userId, targetId, id, attempts, digest, leftOut } = delivery;
  const { status } = result;
  const parts = digest || leftOut !== undefined ? 'same' : undefined;
  if (status === 'held') return afterHeld({ userId, targetId, id }, result, isShared, parts);
  const waitMs =
    status === 'retry' ? backoff(attempts + 1, schedule, result.retryAfterMs, random) : undefined;
  // The last failed attempt of the schedule ends it.
  const final = status === 'retry' ? 'failed' : status;
  // Field by field: Node 20 takes 2 µs for an object that begins with a spread.
  return {
    userId,
    targetId,
    id,
    parts,
    leftOut,
    status: waitMs === undefined ? final : 'pending',
    reason: null,
    error: status === 'delivered' ? null : (result.error ?? null),
    responseStatus: result.responseStatus ?? null,
    waitMs: waitMs ?? null,
    dueAt: null,
    gather: null,
    startedAt: took.startedAt,
    durationMs: took.durationMs,
  };
}

/**
 * Of the one lane of its channel it is due as it was: the pause is this process's alone. Of one of many it waits for the end of the
 * pause: ten thousand lanes that pause would be looked through all the time.
 */
function afterHeld(key: DeliveryKey, result: SendResult, isShared: boolean, parts?: PartsOutcome): Outcome {
  const outcome = { ...NOTHING, ...key, parts, error: result.error ?? null };
  return isShared
    ? { ...outcome, status: 'pending', waitMs: 0 }
    : { ...outcome, status: 'waiting', waitMs: pauseAfter(result) };
}

/** For how long nothing more is to be sent through a lane. */
export function pauseAfter({ status, pauseMs = status === 'held' ? HELD_PAUSE_MS : 0 }: SendResult): number {
  return pauseMs;
}

/** What a verdict means for a delivery that was claimed, and of which no attempt is made. */
export function afterVerdict(claimed: Claimed, verdict: NotSent, parts: PartsOutcome | undefined): Outcome {
  const { now } = claimed;
  return verdict.verdict === 'deferred' && now && isTried(claimed)
    ? postponed(claimed, verdict.until, now, parts)
    : withoutAttempt(claimed, verdict, parts);
}

export function withoutAttempt(
  { userId, targetId, id }: DeliveryKey,
  verdict: NotSent,
  parts?: PartsOutcome,
): Outcome {
  const outcome = { ...NOTHING, userId, targetId, id, parts };
  switch (verdict.verdict) {
    case 'skipped':
      return { ...outcome, status: 'skipped', reason: verdict.reason };
    case 'failed':
      return { ...outcome, status: 'failed', error: verdict.error };
    case 'deferred':
      return {
        ...outcome,
        status: 'waiting',
        reason: verdict.reason ?? null,
        dueAt: verdict.until,
        gather: verdict.gather ?? null,
      };
  }
}

/**
 * What may have been sent is what it was then: it is tried again when its time has come, under its id and with its parts. If
 * another process may have sent it, and has not said so, it stays known as that.
 */
function postponed(
  { userId, targetId, id, unsure }: Claimed,
  until: Date,
  now: Date,
  parts: PartsOutcome | undefined,
): Outcome {
  const waitMs = Math.min(Math.max(0, until.getTime() - now.getTime()), LOOK_AGAIN_MS);
  return { ...NOTHING, userId, targetId, id, parts, unsure, status: 'pending', waitMs };
}

/**
 * How long to wait after a failed attempt, in milliseconds, or undefined when that was the last one.
 * @param failed how many attempts have failed so far, this one included
 * @param schedule seconds to wait after each failed attempt
 * @param retryAfterMs what the receiver asked for: never sooner than that
 * @param random a number from 0 to 1: the wait is lengthened by up to a fifth, never shortened
 */
export function backoff(
  failed: number,
  schedule: readonly number[],
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  const seconds = schedule[failed - 1];
  if (seconds === undefined) return undefined;
  return Math.round(Math.max(seconds * 1000, retryAfterMs ?? 0) * (1 + JITTER * random));
}
