import { expect, it } from '@jest/globals';
import { Lane } from '../../src/deliveries/lanes/lane.js';
import { LaneScheduler, type Attempt } from '../../src/deliveries/lanes/lane-scheduler.js';
import type { Delivery } from '../../src/deliveries/sending-channel.js';
import { channel, delivery, LIMITS, sharedChannel } from './support/lanes.js';

/** A scheduler with one delivery for each of so many targets, and the attempts that it has started. */
function given(targets: number) {
  const started: Attempt[] = [];
  const scheduler = new LaneScheduler(
    (attempt) => started.push(attempt),
    () => undefined,
  );
  for (let target = 0; target < targets; target += 1) {
    const lane = new Lane(`${target}`, channel, LIMITS, false, 0);
    scheduler.accept(lane, [delivery(lane.targetId)], false);
  }
  scheduler.pump(0);
  return { scheduler, started };
}

it('sends no more at once than keeps a process busy, and the next when one is answered', () => {
  const { scheduler, started } = given(1_000);
  expect(started).toHaveLength(64);
  scheduler.relieve(49);
  expect(started).toHaveLength(64);
  scheduler.finish(started[0]!, 49, true, 0);
  expect([started.length, scheduler.running]).toEqual([65, 64]);
});

it('is dry once all have had their turn, answered or not', () => {
  const { scheduler, started } = given(65);
  expect(scheduler.isDry).toBe(false);
  scheduler.finish(started[0]!, 1, true, 0);
  expect(scheduler.isDry).toBe(true);
  scheduler.accept(new Lane('more', channel, LIMITS, true, 1), [delivery(), delivery()], true);
  scheduler.pump(1);
  expect(scheduler.isDry).toBe(false);
  scheduler.clear();
  expect(scheduler.isDry).toBe(true);
});

it('sends more while distant receivers have yet to answer, up to a limit', () => {
  const { scheduler, started } = given(1_000);
  const seen = Array.from({ length: 10 }, (_, step) => {
    scheduler.relieve((step + 1) * 50);
    return started.length;
  });
  expect(seen).toEqual([128, 192, 256, 320, 384, 448, 512, 512, 512, 512]);
  // An answer that comes late makes room for one more, not for two.
  scheduler.finish(started[0]!, 501, true, 0);
  expect([started.length, scheduler.running]).toEqual([513, 512]);
});

it('keeps attempts that hang from taking the place of others', () => {
  const { scheduler, started } = given(1_000);
  for (let now = 25; now <= 975; now += 25) scheduler.relieve(now);
  expect(started).toHaveLength(512);
  for (let now = 1_000; now <= 2_000; now += 25) {
    if (now % 250 === 0) scheduler.sweep(now);
    scheduler.relieve(now);
  }
  expect(started).toHaveLength(1_000);
});

it('gives back what it claimed ahead when the receiver asks for a pause', () => {
  const started: Attempt[] = [];
  const returned: Delivery[] = [];
  const scheduler = new LaneScheduler(
    (attempt) => started.push(attempt),
    (deliveries) => returned.push(...deliveries),
  );
  const lane = new Lane('target', channel, { ...LIMITS, concurrency: 1 }, false, 0);
  scheduler.accept(lane, [delivery(), delivery(), delivery()], false);
  scheduler.pump(0);
  expect(started).toHaveLength(1);
  scheduler.finish(started[0]!, 1, false, 60_000);
  expect(started).toHaveLength(1);
  expect(returned).toHaveLength(2);
});

it('lets a lane that is all of its channel go on beside an attempt that hangs', () => {
  const started: Attempt[] = [];
  const returned: Delivery[] = [];
  const scheduler = new LaneScheduler(
    (attempt) => started.push(attempt),
    (deliveries) => returned.push(...deliveries),
  );
  const lane = new Lane('all', sharedChannel, { ...LIMITS, concurrency: 2 }, false, 0);
  scheduler.accept(
    lane,
    Array.from({ length: 4 }, () => delivery()),
    false,
  );
  scheduler.pump(0);
  scheduler.sweep(5_000);
  expect(returned).toEqual([]);
  scheduler.finish(started[0]!, 5_001, true, 0);
  expect(started).toHaveLength(3);
});
