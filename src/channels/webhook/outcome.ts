import type { AttemptResult } from './attempt.js';
import type { ClaimedDelivery, DeliveryOutcome, EndpointHealth } from './delivery-queue.store.js';
import { waitAfter } from './retry-schedule.js';

/** An outcome, and what it says about the endpoint. */
export interface Finished {
  delivery: ClaimedDelivery;
  outcome: DeliveryOutcome;
  /** Undefined when nothing was sent. */
  verdict: AttemptResult['verdict'] | undefined;
  pauseMs: number;
}

/** Too many requests, and service unavailable: with `Retry-After` they speak for the whole endpoint. */
const PAUSING = new Set([429, 503]);

/**
 * What an attempt means for its delivery.
 * @param random a number from 0 to 1, see {@link waitAfter}
 */
export function afterAttempt(
  delivery: ClaimedDelivery,
  result: AttemptResult,
  schedule: readonly number[],
  random: number,
): Finished {
  const { verdict, responseStatus, retryAfterMs } = result;
  const failed = delivery.attempts + 1;
  const repeats = verdict === 'retry' || verdict === 'fault';
  const waitMs = repeats ? waitAfter(failed, schedule, retryAfterMs, random) : undefined;
  const final = verdict === 'delivered' ? 'delivered' : 'failed';
  const pauses = responseStatus !== null && PAUSING.has(responseStatus);
  return {
    delivery,
    outcome: {
      userId: delivery.userId,
      endpointId: delivery.endpointId,
      id: delivery.id,
      status: waitMs === undefined ? final : 'pending',
      waitMs: waitMs ?? null,
      responseStatus,
      error: result.error,
      startedAt: result.startedAt,
      durationMs: result.durationMs,
    },
    verdict,
    pauseMs: pauses ? (retryAfterMs ?? 0) : 0,
  };
}

/** A delivery that is closed without an attempt. */
export function withoutAttempt(delivery: ClaimedDelivery, reason: string): Finished {
  const { userId, endpointId, id } = delivery;
  const nothing = { waitMs: null, responseStatus: null, startedAt: null, durationMs: null };
  return {
    delivery,
    outcome: { userId, endpointId, id, ...nothing, status: 'failed', error: reason },
    verdict: undefined,
    pauseMs: 0,
  };
}

/** What many outcomes together say about each endpoint: one attempt that worked outweighs those that did not. */
export function healthOf(finished: readonly Finished[]): EndpointHealth[] {
  const byEndpoint = new Map<string, EndpointHealth>();
  for (const { delivery, verdict, pauseMs } of finished) {
    if (verdict === undefined || verdict === 'fault') continue;
    const { userId, endpointId: id } = delivery;
    const health = byEndpoint.get(id) ?? { userId, id, worked: false, failures: 0, pauseMs: 0 };
    if (verdict === 'delivered') health.worked = true;
    else health.failures += 1;
    health.pauseMs = Math.max(health.pauseMs, pauseMs);
    byEndpoint.set(id, health);
  }
  return [...byEndpoint.values()];
}
