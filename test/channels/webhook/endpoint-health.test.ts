import { expect, it } from '@jest/globals';
import { healthOf, type WebhookResult } from '../../../src/channels/webhook/endpoint-health.js';

const FAILED: WebhookResult = {
  status: 'retry',
  responseStatus: 500,
  error: 'answered 500',
  gone: false,
  responseBody: '',
};

it('lets an attempt that worked outweigh those that did not, endpoint by endpoint', () => {
  const attempt = (targetId: string, change: Partial<WebhookResult> = {}) => ({
    userId: 'user',
    targetId,
    result: { ...FAILED, ...change },
  });
  expect(
    healthOf([
      attempt('a'),
      attempt('a', { status: 'delivered', responseStatus: 200 }),
      attempt('b'),
      attempt('b', { responseStatus: 429, pauseMs: 9_000 }),
    ]),
  ).toEqual([
    { userId: 'user', targetId: 'a', worked: true, failures: 1, pauseMs: 0 },
    { userId: 'user', targetId: 'b', worked: false, failures: 2, pauseMs: 9_000 },
  ]);
});
