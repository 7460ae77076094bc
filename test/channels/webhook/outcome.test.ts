import { describe, expect, it } from '@jest/globals';
import type { AttemptResult } from '../../../src/channels/webhook/attempt.js';
import type { SendableDelivery } from '../../../src/channels/webhook/delivery-queue.store.js';
import { Lane } from '../../../src/channels/webhook/lane.js';
import { LaneScheduler, type Finish } from '../../../src/channels/webhook/lane-scheduler.js';
import { afterAttempt, healthOf, withoutAttempt } from '../../../src/channels/webhook/outcome.js';

const SCHEDULE = [5, 300];

function delivery(attempts = 0, endpointId = 'endpoint'): SendableDelivery {
  return { userId: 'user', id: 'id', endpointId, attempts } as SendableDelivery;
}

function result(change: Partial<AttemptResult> = {}): AttemptResult {
  return {
    verdict: 'retry',
    responseStatus: 500,
    error: 'answered 500',
    retryAfterMs: undefined,
    startedAt: new Date(0),
    durationMs: 7,
    responseBody: '',
    ...change,
  };
}

describe('afterAttempt', () => {
  it.each<[string, number, Partial<AttemptResult>, string, number | null, number]>([
    ['delivered', 0, { verdict: 'delivered', responseStatus: 200 }, 'delivered', null, 0],
    ['a first failure', 0, {}, 'pending', 5_000, 0],
    ['a second failure', 1, {}, 'pending', 300_000, 0],
    ['the last failure', 2, {}, 'failed', null, 0],
    ['no answer', 0, { responseStatus: null }, 'pending', 5_000, 0],
    ['a fault of this side', 0, { verdict: 'fault', responseStatus: null }, 'pending', 5_000, 0],
    ['the last one', 2, { verdict: 'fault', responseStatus: null }, 'failed', null, 0],
    ['for good', 0, { verdict: 'failed', responseStatus: 404 }, 'failed', null, 0],
    ['gone', 0, { verdict: 'gone', responseStatus: 410 }, 'failed', null, 0],
    ['429 with a time', 0, { responseStatus: 429, retryAfterMs: 60_000 }, 'pending', 60_000, 60_000],
    ['503 with a time', 0, { responseStatus: 503, retryAfterMs: 1_000 }, 'pending', 5_000, 1_000],
    ['500 with a time', 0, { responseStatus: 500, retryAfterMs: 60_000 }, 'pending', 60_000, 0],
    ['429 at the end', 2, { responseStatus: 429, retryAfterMs: 60_000 }, 'failed', null, 60_000],
  ])('%s', (_what, attempts, change, status, waitMs, pauseMs) => {
    const finished = afterAttempt(delivery(attempts), result(change), SCHEDULE, 0);
    expect(finished.outcome).toMatchObject({ status, waitMs, durationMs: 7 });
    expect(finished.pauseMs).toBe(pauseMs);
  });
});

describe('healthOf', () => {
  it('lets one that worked outweigh those that did not, endpoint by endpoint', () => {
    const worked = result({ verdict: 'delivered', responseStatus: 200 });
    const limited = result({ responseStatus: 429, retryAfterMs: 9_000 });
    const finished = [
      afterAttempt(delivery(0, 'a'), result(), SCHEDULE, 0),
      afterAttempt(delivery(0, 'a'), worked, SCHEDULE, 0),
      afterAttempt(delivery(0, 'b'), result(), SCHEDULE, 0),
      afterAttempt(delivery(0, 'b'), limited, SCHEDULE, 0),
      withoutAttempt(delivery(0, 'c'), 'the webhook was deleted'),
      afterAttempt(delivery(0, 'd'), result({ verdict: 'fault', responseStatus: null }), SCHEDULE, 0),
    ];
    expect(healthOf(finished)).toEqual([
      { userId: 'user', id: 'a', worked: true, failures: 1, pauseMs: 0 },
      { userId: 'user', id: 'b', worked: false, failures: 2, pauseMs: 9_000 },
    ]);
  });
});

describe('Lane', () => {
  const LIMITS = { concurrency: 4, perSecond: 10, burst: 20 };

  /** Claims and finishes as much as the lane allows, so many times. */
  function run(lane: Lane, rounds: number, now: number): number[] {
    return Array.from({ length: rounds }, () => {
      const room = lane.room(now);
      lane.waiting.push(...Array.from({ length: room }, () => delivery()));
      lane.held += room;
      let done = 0;
      for (; lane.next(now); done += 1) {
        lane.running -= 1;
        lane.held -= 1;
        lane.succeeded();
      }
      return done;
    });
  }

  it('begins with one and earns more, up to the burst, then the rate', () => {
    const lane = new Lane('endpoint', LIMITS, false, 0);
    expect(run(lane, 6, 0)).toEqual([1, 2, 4, 8, 5, 0]);
    expect(run(lane, 2, 1_000)).toEqual([10, 0]);
  });

  it('gets the next as soon as the last are answered, whether or not that is written down', () => {
    const lane = new Lane('endpoint', LIMITS, false, 0);
    run(lane, 2, 0);
    lane.held = 100;
    expect(lane.room(0)).toBe(4);
    lane.waiting.push(delivery(), delivery(), delivery());
    expect(lane.room(0)).toBe(0);
    lane.next(0);
    lane.running -= 1;
    expect(lane.room(0)).toBe(2);
  });

  it('gets one at a time when it is suspect, until one works', () => {
    const lane = new Lane('endpoint', LIMITS, false, 0);
    run(lane, 2, 0);
    for (let count = 0; count < 5; count += 1) lane.failed(0, 0);
    expect(lane.suspect).toBe(true);
    lane.waiting.push(delivery(), delivery());
    expect([lane.next(0), lane.next(0)]).toEqual([delivery(), undefined]);
    lane.succeeded();
    expect(lane.suspect).toBe(false);
    expect(lane.next(0)).toBeDefined();
  });

  it('rests when the receiver asks for it', () => {
    const lane = new Lane('endpoint', LIMITS, false, 0);
    lane.failed(0, 5_000);
    expect(lane.room(4_999)).toBe(0);
    expect(lane.isIdle(4_999)).toBe(false);
    expect(lane.room(5_000)).toBe(1);
    expect(lane.isIdle(5_000)).toBe(true);
  });

  it('rests no longer when its owner has lifted the pause', () => {
    const lane = new Lane('endpoint', LIMITS, false, 0);
    lane.held = 1;
    lane.failed(0, 5_000);
    // The outcome is not in the database yet, or was not when it was asked.
    lane.resume(1);
    lane.settled(2);
    lane.resume(1);
    expect(lane.room(3)).toBe(0);
    lane.resume(2);
    expect(lane.room(3)).toBe(1);
  });

  it('gives back what waits when it hangs', () => {
    const lane = new Lane('endpoint', LIMITS, false, 0);
    lane.waiting.push(delivery(), delivery());
    expect(lane.distrust()).toHaveLength(2);
    expect(lane.waiting).toEqual([]);
    expect(lane.suspect).toBe(true);
  });
});

describe('LaneScheduler', () => {
  it('gives back what it claimed ahead when the receiver asks for a pause', () => {
    const finishes: Finish[] = [];
    const returned: SendableDelivery[] = [];
    const scheduler = new LaneScheduler(
      (_delivery, finish) => finishes.push(finish),
      (deliveries) => returned.push(...deliveries),
    );
    const slack = { ...delivery(), work: { endpoint: { kind: 'slack' } } } as SendableDelivery;
    scheduler.accept('endpoint', [slack, slack, slack], false, 0);
    scheduler.pump(0);
    expect(finishes).toHaveLength(1);
    finishes[0]?.(1, false, 60_000);
    expect(finishes).toHaveLength(1);
    expect(returned).toHaveLength(2);
  });
});
