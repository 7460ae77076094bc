import { expect, it } from '@jest/globals';
import type { SendableDelivery } from '../../../src/channels/webhook/delivery-queue.store.js';
import { LaneScheduler, type Finish } from '../../../src/channels/webhook/lane-scheduler.js';

/** A scheduler with one delivery for each of so many endpoints, and the attempts that it has started. */
function given(endpoints: number) {
  const started: Finish[] = [];
  const scheduler = new LaneScheduler(
    (_delivery, finish) => started.push(finish),
    () => undefined,
  );
  for (let endpoint = 0; endpoint < endpoints; endpoint += 1) {
    const delivery = { id: `${endpoint}`, work: { endpoint: { kind: 'generic' } } } as SendableDelivery;
    scheduler.accept(`${endpoint}`, [delivery], false, 0);
  }
  scheduler.pump(0);
  return { scheduler, started };
}

it('sends no more at once than keeps a process busy, and the next when one is answered', () => {
  const { scheduler, started } = given(1_000);
  expect(started).toHaveLength(64);
  scheduler.relieve(49);
  expect(started).toHaveLength(64);
  started[0]?.(49, true, 0);
  expect([started.length, scheduler.running]).toEqual([65, 64]);
});

it('sends more while distant receivers have yet to answer, up to a limit', () => {
  const { scheduler, started } = given(1_000);
  const seen = Array.from({ length: 10 }, (_, step) => {
    scheduler.relieve((step + 1) * 50);
    return started.length;
  });
  expect(seen).toEqual([128, 192, 256, 320, 384, 448, 512, 512, 512, 512]);
  // An answer that comes late makes room for one more, not for two.
  started[0]?.(501, true, 0);
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
