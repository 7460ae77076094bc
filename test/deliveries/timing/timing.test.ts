import { expect, it } from '@jest/globals';
import { NO_TIMES } from '../../../src/audience/user-times.js';
import { AT_ONCE, type Timing } from '../../../src/catalogue/timing.js';
import type { Verdict } from '../../../src/deliveries/sending-channel.js';
import {
  decideTiming,
  REDELIVERED,
  WITHDRAWN,
  type Situation,
} from '../../../src/deliveries/timing/timing.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const SEND: Verdict = { verdict: 'send' };
const skipped = (reason: string): Verdict => ({ verdict: 'skipped', reason });

const ago = (ms: number) => new Date(NOW.getTime() - ms);
const waits = (timing: Partial<Timing>): Timing => ({ ...AT_ONCE, ...timing });

/** @param day of November 2026, and 31 for the first of December */
const at = (time: string, day = 29) =>
  new Date(Date.UTC(2026, 10, day, ...(time.split(':').map(Number) as [number, number])));
const digest = (time: string, gather: string, day?: number): Verdict => ({
  verdict: 'deferred',
  until: at(time, day),
  reason: 'digest',
  gather,
});
const held = (time: string, reason: string): Verdict => ({
  verdict: 'deferred',
  until: at(time),
  reason,
  gather: '',
});

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
  ['seen', { copy: 'seen', timing: waits({ unless: 'seen' }) }, skipped('seen')],
  ['seen, where it must be read', { copy: 'seen', timing: waits({ unless: 'read' }) }, SEND],
  ['seen, which does not matter', { copy: 'seen' }, SEND],
  [
    'seen, in a digest of what is unread',
    { copy: 'seen', gathered: true, timing: waits({ digest: 'daily' }), times: NO_TIMES },
    SEND,
  ],
  [
    'seen, in a digest of what is unseen',
    { copy: 'seen', gathered: true, timing: waits({ digest: 'daily', unless: 'seen' }), times: NO_TIMES },
    skipped('seen'),
  ],
  ['archived', { copy: 'archived', timing: waits({ unless: 'read' }) }, skipped('archived')],
  ['snoozed', { copy: 'snoozed', timing: waits({ unless: 'read' }) }, skipped('snoozed')],
  ['deleted', { copy: 'deleted', timing: waits({ unless: 'seen' }) }, skipped('deleted')],
  ['called back while it was tried', { waited: WITHDRAWN, copy: 'unread' }, skipped('withdrawn')],
  [
    'in the window of its type',
    { timing: waits({ digest: { windowMs: 60_000 } }), times: NO_TIMES },
    digest('12:01', 'a_type'),
  ],
  [
    'a window that begins after the delay',
    { timing: waits({ delayMs: 60_000, digest: { windowMs: 60_000 } }), waited: 'delay', times: NO_TIMES },
    digest('12:02', 'a_type'),
  ],
  [
    'late for its window',
    { createdAt: ago(7_200_000), timing: waits({ digest: { windowMs: 60_000 } }), times: NO_TIMES },
    digest('12:00', 'a_type'),
  ],
  [
    'gathered already',
    { timing: waits({ digest: 'daily' }), gathered: true, waited: 'digest', times: NO_TIMES },
    SEND,
  ],
  ['a digest that waits for no person', { timing: waits({ digest: 'daily' }) }, SEND],
  [
    'daily, as the type says',
    { timing: waits({ digest: 'daily' }), times: NO_TIMES },
    digest('08:00', '', 30),
  ],
  [
    'daily, where the user is',
    { timing: waits({ digest: 'daily' }), times: { ...NO_TIMES, zone: 'Asia/Kathmandu', digestAt: '18:00' } },
    digest('12:15', ''),
  ],
  [
    'daily, for an event from before today’s',
    { createdAt: ago(5 * 3_600_000), timing: waits({ digest: 'daily' }), times: NO_TIMES },
    digest('12:00', ''),
  ],
  [
    'weekly, as the user wants',
    { frequency: 'weekly', times: { ...NO_TIMES, digestDay: 'tue' } },
    digest('08:00', '', 31),
  ],
  [
    'hourly, as the user wants, whatever the type says',
    { frequency: 'hourly', timing: waits({ digest: 'daily' }), times: NO_TIMES },
    digest('13:00', ''),
  ],
  [
    'at once, as the user wants',
    { frequency: 'instant', timing: waits({ digest: 'daily' }), times: NO_TIMES },
    SEND,
  ],
  [
    'daily until now, and weekly as the user wants it now',
    { frequency: 'weekly', waited: 'digest', times: NO_TIMES },
    digest('08:00', '', 30),
  ],
  [
    'daily until now, and at once as the user wants it now: with the rest of the digest',
    { frequency: 'instant', timing: waits({ digest: 'daily' }), waited: 'digest', times: NO_TIMES },
    digest('12:00', ''),
  ],
  ['paused', { times: { ...NO_TIMES, pausedUntil: ago(-60_000) } }, held('12:01', 'paused')],
  ['paused until a time that has come', { times: { ...NO_TIMES, pausedUntil: NOW } }, SEND],
  [
    'in quiet hours',
    { times: { ...NO_TIMES, quietHours: { from: '11:00', to: '13:00' } } },
    held('13:00', 'quiet'),
  ],
  [
    'in the quiet hours of the zone',
    { times: { ...NO_TIMES, zone: 'Asia/Kathmandu', quietHours: { from: '11:00', to: '13:00' } } },
    SEND,
  ],
  [
    'gathered, and due in quiet hours',
    { gathered: true, waited: 'digest', times: { ...NO_TIMES, quietHours: { from: '11:00', to: '13:00' } } },
    held('13:00', 'quiet'),
  ],
  [
    'a digest goes before quiet hours',
    {
      timing: waits({ digest: { windowMs: 60_000 } }),
      times: { ...NO_TIMES, quietHours: { from: '11:00', to: '13:00' } },
    },
    digest('12:01', 'a_type'),
  ],
  [
    'read while it was gathered',
    { gathered: true, waited: 'quiet', copy: 'read', times: NO_TIMES },
    skipped('read'),
  ],
  ['tried before it was to be daily', { tried: true, frequency: 'daily', times: NO_TIMES }, SEND],
  [
    'tried, and now it is quiet',
    { tried: true, times: { ...NO_TIMES, quietHours: { from: '11:00', to: '13:00' } } },
    held('13:00', 'quiet'),
  ],
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
      frequency: null,
      times: undefined,
      now: NOW,
      createdAt: NOW,
      timing: AT_ONCE,
      muted: false,
      copy: undefined,
      waited: null,
      tried: false,
      ...situation,
    }),
  ).toEqual(verdict);
});
