import { expect, it } from '@jest/globals';
import { afterAnswer, beforeAttempt } from '../../../src/channels/push/push-verdict.js';

const NOW = Date.parse('2026-03-30T08:00:00Z');
const ORIGIN = 'https://push.example.com';

const result = (status: number, retryAfter?: string, body = '') =>
  afterAnswer({ answered: true, status, body, retryAfter }, ORIGIN, NOW);

it.each([200, 201, 202, 204])('%d: delivered', (status) => {
  expect(result(status)).toEqual({ status: 'delivered', error: null, responseStatus: status, gone: false });
});

it.each([404, 410])('%d: failed, and the subscription is gone', (status) => {
  expect(result(status)).toMatchObject({ status: 'failed', gone: true, responseStatus: status });
});

it.each([400, 401, 403])('%d: held, because the operator has to mend it', (status) => {
  const held = result(status, undefined, '{"reason":\n\u0007"BadJwtToken"}');
  expect(held).toEqual({
    status: 'held',
    error: `https://push.example.com answered ${status}: {"reason": "BadJwtToken"}`,
    pauseMs: 60_000,
    responseStatus: status,
    gone: false,
  });
});

it.each([402, 405, 413, 415, 422, 451])('%d: failed for good', (status) => {
  expect(result(status)).toMatchObject({ status: 'failed', gone: false });
});

it.each([301, 302, 307, 408, 425, 500, 502, 504])('%d: again by the schedule', (status) => {
  expect(result(status)).toMatchObject({ status: 'retry', gone: false, pauseMs: 0 });
});

it.each([
  [429, '120', 120_000, 120_000],
  [503, 'Mon, 30 Mar 2026 08:01:00 GMT', 60_000, 60_000],
  [429, undefined, undefined, 0],
  [500, '120', 120_000, 0],
] as const)('%d with Retry-After %s', (status, retryAfter, retryAfterMs, pauseMs) => {
  expect(result(status, retryAfter)).toMatchObject({ status: 'retry', retryAfterMs, pauseMs });
});

it('is repeated when nothing is answered', () => {
  expect(afterAnswer({ answered: false, error: 'no answer within 15000 ms' }, ORIGIN, NOW)).toEqual({
    status: 'retry',
    error: 'no answer within 15000 ms',
    gone: false,
  });
});

it('says no more than a line of what was answered', () => {
  expect(result(403, undefined, 'x'.repeat(10_000)).error).toHaveLength(
    'https://push.example.com answered 403: '.length + 101,
  );
});

const DAY_MS = 24 * 3_600_000;
it.each([
  [false, 0, { verdict: 'send' }],
  [false, DAY_MS - 1, { verdict: 'send' }],
  [false, DAY_MS, { verdict: 'skipped', reason: 'expired' }],
  [true, 0, { verdict: 'failed', error: 'the browser has unsubscribed' }],
])('before an attempt: deleted %s, %d ms old', (deleted, age, verdict) => {
  expect(beforeAttempt({ deleted }, age)).toEqual(verdict);
});
