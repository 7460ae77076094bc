import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startApp, tokenOf, type TestApp } from '../support/app.js';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
  for (const user of ['ann', 'bob']) {
    for (let at = 0; at < 5; at += 1) {
      await t.post({ type: 'job_failed', user_ids: [user], title: `of ${user}`, body: 'x', team_id: 'w1' });
    }
  }
});
afterAll(() => t.close());

const NAMES = [
  ...['limit', 'after', 'before', 'ids', 'filter', 'orderBy', 'workspace_id', 'read', 'include_deleted'],
  ...['user_id', 'type', 'filter[title]', 'ids[]', '__proto__', 'constructor', 'team_id'],
];

const words = fc.constantFrom(
  ...[
    '',
    '0',
    '1',
    '-1',
    'true',
    'only',
    'bob',
    'ann',
    'w1',
    'error',
    'null',
    '[]',
    '{}',
    'ntf_',
    "'",
    '"',
    '\0',
    '%',
    ',,',
  ],
  ...[
    '{"NOT":{"userId":"ann"}}',
    '{"userId":{"neq":"ann"}}',
    '{"OR":[]}',
    '[{"title":"asc"}]',
    '[{"id":"desc"}]',
  ],
  ...[
    "' OR 1=1 --",
    '{"title":{"like":"\\\\"}}',
    '{"title":"\\ud800"}',
    '{"title":"\\u0000"}',
    '\ud800',
    '1e309',
  ],
);

const value = fc.oneof(
  words,
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .dictionary(fc.constantFrom('title', 'AND', 'NOT', 'id', 'read', 'event', 'eq', 'like'), fc.jsonValue())
    .map((one) => JSON.stringify(one)),
  fc.base64String(),
);

// Encoded by hand: a lone surrogate and bytes that are no UTF-8 must get there too.
const encoded = fc.oneof(
  { weight: 5, arbitrary: value.map((one) => encodeURIComponent(one.replace(/\p{Surrogate}/gu, '\ufffd'))) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%zz', '%FF%FE', '%ED%A0%80', '%C0%80', '%00', '+', '&&', '='),
  },
);

it('answers garbage with 200 or 400, and never with the rows of another user', async () => {
  const headers = { Authorization: `Bearer ${tokenOf('ann')}` };
  const parameters = fc.array(fc.tuple(fc.constantFrom(...NAMES), encoded), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(parameters, async (given) => {
      const query = given.map(([name, one]) => `${name}=${one}`).join('&');
      const answer = await fetch(`${t.url}/api/notifications?${query}`, { headers });
      const body = await answer.text();
      // No parameter has the name of what every object has.
      const foreign = given.some(([name]) => ['__proto__', 'constructor', 'team_id', 'ids[]'].includes(name));
      expect(foreign ? [400] : [200, 400]).toContain(answer.status);
      expect(body).not.toContain('of bob');
      if (answer.status === 200) {
        const page = JSON.parse(body) as { data: { userId: string }[]; pageInfo: { total: number } };
        expect(page.data.every(({ userId }) => userId === 'ann')).toBe(true);
        expect(page.pageInfo.total).toBeLessThanOrEqual(5);
      } else {
        expect(JSON.parse(body)).toMatchObject({ status: 400, code: expect.stringMatching(/^invalid_/) });
      }
    }),
    { numRuns: 1000 },
  );
});
