import { describe, expect, it } from '@jest/globals';
import { afterAttempt, afterVerdict } from '../../src/deliveries/outcome.js';
import type { Claimed } from '../../src/deliveries/queue.store.js';
import type { NotSent, SendResult } from '../../src/deliveries/sending-channel.js';

const KEY = { userId: 'user', targetId: 'target', id: 'id' };
const TOOK = { startedAt: new Date(0), durationMs: 7 };

describe('afterAttempt', () => {
  it.each<[string, number, SendResult, string, number | null]>([
    ['delivered', 0, { status: 'delivered', responseStatus: 200 }, 'delivered', null],
    ['a first failure', 0, { status: 'retry', error: 'no' }, 'pending', 5_000],
    ['a second failure', 1, { status: 'retry' }, 'pending', 300_000],
    ['the last failure', 2, { status: 'retry' }, 'failed', null],
    ['a fault of this side', 0, { status: 'retry', fault: true }, 'pending', 5_000],
    ['the last one', 2, { status: 'retry', fault: true }, 'failed', null],
    ['for good', 0, { status: 'failed', responseStatus: 404 }, 'failed', null],
    ['a receiver that wants more time', 0, { status: 'retry', retryAfterMs: 60_000 }, 'pending', 60_000],
    ['one that wants less', 0, { status: 'retry', retryAfterMs: 1_000 }, 'pending', 5_000],
    ['one that wants time at the end', 2, { status: 'retry', retryAfterMs: 60_000 }, 'failed', null],
  ])('%s', (_what, attempts, result, status, waitMs) => {
    expect(afterAttempt({ ...KEY, attempts }, result, TOOK, [5, 300], 0, false)).toEqual({
      ...KEY,
      ...TOOK,
      status,
      waitMs,
      dueAt: null,
      gather: null,
      reason: null,
      error: result.error ?? null,
      responseStatus: result.responseStatus ?? null,
    });
  });
});

it.each([
  ['due as it was, in the one lane of its channel', true, {}, { status: 'pending', waitMs: 0 }],
  [
    'resting for as long as its lane pauses',
    false,
    { pauseMs: 60_000 },
    { status: 'waiting', waitMs: 60_000 },
  ],
  ['resting for ten seconds unless said', false, {}, { status: 'waiting', waitMs: 10_000 }],
])('takes what is held for not attempted, and %s', (_, isShared, more, expected) => {
  const held: SendResult = { status: 'held', error: 'the password is refused', ...more };
  expect(afterAttempt({ ...KEY, attempts: 2 }, held, TOOK, [5, 300], 0, isShared)).toEqual({
    ...KEY,
    ...expected,
    error: 'the password is refused',
    startedAt: null,
    durationMs: null,
    dueAt: null,
    gather: null,
    reason: null,
    responseStatus: null,
  });
});

describe('afterVerdict', () => {
  const now = new Date('2026-01-01T08:00:00Z');
  const claimed = { ...KEY, attempts: 0, unsure: false, now } as Claimed;
  const until = new Date('2026-01-02');

  it.each<[NotSent, object]>([
    [
      { verdict: 'skipped', reason: 'read' },
      { status: 'skipped', reason: 'read', error: null, dueAt: null },
    ],
    [
      { verdict: 'failed', error: 'gone' },
      { status: 'failed', reason: null, error: 'gone', dueAt: null },
    ],
    [
      { verdict: 'deferred', until },
      { status: 'waiting', reason: null, error: null, dueAt: until },
    ],
  ])('%j', (verdict, outcome) => {
    const expected = { ...KEY, ...outcome, startedAt: null, waitMs: null };
    expect(afterVerdict(claimed, verdict, undefined)).toMatchObject(expected);
  });

  it.each<[string, string, boolean, object]>([
    ['soon', '2026-01-01T08:10:00Z', false, { waitMs: 600_000, unsure: false }],
    ['over already', '2026-01-01T07:59:59Z', false, { waitMs: 0 }],
    ['in days: it is looked at again before', '2026-01-04T08:00:00Z', false, { waitMs: 3_600_000 }],
    ['perhaps sent by another process', '2026-01-01T08:10:00Z', true, { unsure: true }],
  ])('puts off in the queue what may have been sent: %s', (_what, later, unsure, outcome) => {
    const tried = { ...claimed, attempts: unsure ? 0 : 1, unsure };
    const postponed = afterVerdict(tried, { verdict: 'deferred', until: new Date(later) }, 'same');
    expect(postponed).toMatchObject({
      ...KEY,
      parts: 'same',
      status: 'pending',
      startedAt: null,
      dueAt: null,
      ...outcome,
    });
  });
});
