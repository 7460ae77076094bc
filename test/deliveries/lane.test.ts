import { describe, expect, it } from '@jest/globals';
import { Lane } from '../../src/deliveries/lanes/lane.js';
import { channel, delivery, LIMITS } from './support/lanes.js';

describe('Lane', () => {
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
    const lane = new Lane('target', channel, LIMITS, false, 0);
    expect(run(lane, 6, 0)).toEqual([1, 2, 4, 8, 5, 0]);
    expect(run(lane, 2, 1_000)).toEqual([10, 0]);
  });

  it('gets the next as soon as the last are answered, whether or not that is written down', () => {
    const lane = new Lane('target', channel, LIMITS, false, 0);
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
    const lane = new Lane('target', channel, LIMITS, false, 0);
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
    const lane = new Lane('target', channel, LIMITS, false, 0);
    lane.failed(0, 5_000);
    expect(lane.room(4_999)).toBe(0);
    expect(lane.isIdle(4_999)).toBe(false);
    expect(lane.room(5_000)).toBe(1);
    expect(lane.isIdle(5_000)).toBe(true);
  });

  it('rests no longer when its owner has lifted the pause', () => {
    const lane = new Lane('target', channel, LIMITS, false, 0);
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
    const lane = new Lane('target', channel, LIMITS, false, 0);
    lane.waiting.push(delivery(), delivery());
    expect(lane.distrust()).toHaveLength(2);
    expect(lane.waiting).toEqual([]);
    expect(lane.suspect).toBe(true);
  });
});
