import { expect, it } from '@jest/globals';
import { AT_ONCE, type Timing } from '../../../src/catalogue/timing.js';
import type { Verdict } from '../../../src/deliveries/sending-channel.js';
import { decideTiming, REDELIVERED, type Situation } from '../../../src/deliveries/timing/timing.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const SEND: Verdict = { verdict: 'send' };
const skipped = (reason: string): Verdict => ({ verdict: 'skipped', reason });

const ago = (ms: number) => new Date(NOW.getTime() - ms);
const waits = (timing: Partial<Timing>): Timing => ({ ...AT_ONCE, ...timing });

it.each<[string, Partial<Situation>, Verdict]>([
  ['what nothing is said of is sent', {}, SEND],
  ['muted since the event', { muted: true }, skipped('muted')],
  [
    'muted comes before everything else',
    { muted: true, copy: 'read', timing: waits({ delayMs: 60_000, unless: 'read' }) },
    skipped('muted'),
  ],
  [
    'a delay that is not over',
    { createdAt: ago(1_000), timing: waits({ delayMs: 60_000 }) },
    { verdict: 'deferred', until: new Date('2026-11-29T12:00:59Z'), reason: 'delay' },
  ],
  ['a delay that ends now', { createdAt: ago(60_000), timing: waits({ delayMs: 60_000 }) }, SEND],
  ['a delay that it has waited for', { timing: waits({ delayMs: 60_000 }), waited: 'delay' }, SEND],
  [
    'the event of a clock that is ahead',
    { createdAt: ago(-7_200_000), timing: waits({ delayMs: 60_000 }) },
    { verdict: 'deferred', until: new Date('2026-11-29T12:01:00Z'), reason: 'delay' },
  ],
  ['read, which does not matter', { copy: 'read' }, SEND],
  ['unread after its delay', { copy: 'unread', timing: waits({ unless: 'read' }) }, SEND],
  ['without a copy', { copy: undefined, timing: waits({ unless: 'read' }) }, SEND],
  [
    'read before its delay is over',
    { copy: 'read', timing: waits({ delayMs: 9, unless: 'read' }) },
    skipped('read'),
  ],
  ['read', { copy: 'read', timing: waits({ unless: 'read' }) }, skipped('read')],
  ['read, where seen would do', { copy: 'read', timing: waits({ unless: 'seen' }) }, skipped('read')],
  ['archived', { copy: 'archived', timing: waits({ unless: 'read' }) }, skipped('archived')],
  ['snoozed', { copy: 'snoozed', timing: waits({ unless: 'read' }) }, skipped('snoozed')],
  ['deleted', { copy: 'deleted', timing: waits({ unless: 'seen' }) }, skipped('deleted')],
  [
    'sent once more by its owner',
    { waited: REDELIVERED, muted: true, copy: 'read', timing: waits({ delayMs: 60_000, unless: 'read' }) },
    SEND,
  ],
])('%s', (_name, situation, verdict) => {
  expect(
    decideTiming({
      type: 'a_type',
      gathered: false,
      times: undefined,
      now: NOW,
      createdAt: NOW,
      timing: AT_ONCE,
      muted: false,
      copy: undefined,
      waited: null,
      ...situation,
    }),
  ).toEqual(verdict);
});
