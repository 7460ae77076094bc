import { expect, it } from '@jest/globals';
import { standingOf } from '../../src/channels/sending-report.js';
import type { DeliveryStatus } from '../../src/common/delivery-status.js';

type Delivery = [status: DeliveryStatus, reason?: string];

const standing = (deliveries: Delivery[], more: object = {}, noTarget?: string) =>
  standingOf(
    {
      available: true,
      on: true,
      kept: true,
      deliveries: deliveries.map(([status, reason = null]) => ({
        id: 'id',
        targetId: 'target',
        status,
        reason,
        error: null,
      })),
      ...more,
    },
    noTarget,
  );

it.each<[deliveries: Delivery[], status: string, reason: string | null]>([
  [[['delivered']], 'sent', null],
  [[['delivered', 'digest']], 'sent', null],
  [[['pending']], 'queued', null],
  [[['pending', 'delay']], 'queued', null],
  [[['waiting', 'quiet']], 'waiting', 'quiet'],
  [[['waiting', 'digest']], 'waiting', 'digest'],
  [[['waiting', 'delay']], 'waiting', 'delay'],
  [[['waiting', 'paused']], 'waiting', 'paused'],
  [[['failed']], 'failed', null],
  [[['cancelled', 'quiet']], 'cancelled', null],
  [[['skipped', 'read']], 'skipped', 'read'],
  [[['skipped', 'muted']], 'skipped', 'muted'],
  [[['skipped', 'throttled']], 'throttled', null],
  // One of several that has come is enough; else it is as the one that may still come first.
  [[['failed'], ['delivered']], 'sent', null],
  [[['pending'], ['delivered'], ['waiting', 'delay']], 'sent', null],
  [[['waiting', 'quiet'], ['pending']], 'queued', null],
  [[['failed'], ['waiting', 'quiet']], 'waiting', 'quiet'],
  [[['failed'], ['pending']], 'queued', null],
  [[['skipped', 'read'], ['failed']], 'failed', null],
  [[['skipped', 'read'], ['cancelled']], 'cancelled', null],
  [
    [
      ['skipped', 'read'],
      ['waiting', 'digest'],
    ],
    'waiting',
    'digest',
  ],
  [
    [
      ['skipped', 'muted'],
      ['skipped', 'read'],
    ],
    'skipped',
    'muted',
  ],
])('deliveries %j are reported as %s, %s', (deliveries, status, reason) => {
  expect(standing(deliveries)).toEqual({ status, reason });
});

it.each([
  ['unavailable', [], { available: false, on: false }],
  ['muted', [], { on: false }],
  ['no_subscription', [], {}],
  ['not_kept', [], { kept: false }],
])('%s is said where nothing was to be sent', (status, deliveries, more) => {
  expect(standing(deliveries, more, 'no_subscription')).toEqual({ status, reason: null });
});

it('nothing is known of a delivery that is not there any more', () => {
  expect(standing([])).toEqual({ status: 'not_kept', reason: null });
});
