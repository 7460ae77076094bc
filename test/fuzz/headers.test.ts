import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { TEST_JWT_SECRET, tokenOf } from '../support/app.js';
import { controlledValue, cookiePair, fieldValue, isLegalValue, mutated } from './arbitraries.js';
import { HEADERS, PATHS, TOKENS, UNREADABLE } from './regressions.js';
import { expectSound, makeFuzzWorld, type FuzzWorld } from './world.js';

let w: FuzzWorld;
beforeAll(async () => {
  w = await makeFuzzWorld();
});
afterAll(() => w.close());

const LIST = '/v1/notifications?limit=3';
const EXAMPLES = HEADERS.filter(isLegalValue).map((value): [string] => [value]);

function get(...headers: [string, string][]) {
  return w.send({ method: 'GET', path: LIST, headers });
}

/** Header values lose their blanks at both ends. */
const trimmed = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, '');

it('believes no changed token', async () => {
  const tokens = [
    tokenOf('ann'),
    tokenOf('bob'),
    jwt.sign({ sub: 'bob' }, TEST_JWT_SECRET, { algorithm: 'HS256', noTimestamp: true }),
  ];
  const [header, payload, signature] = (tokens[1] as string).split('.') as [string, string, string];
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged = fc.tuple(
    fc.oneof(
      fc.constant(header),
      fc
        .record(
          {
            alg: fc.constantFrom(
              'none',
              'None',
              'HS256',
              'HS384',
              'HS512',
              'RS256',
              'ES256',
              'PS256',
              '',
              null,
              1,
            ),
            typ: fc.constantFrom('JWT', 'jwt', 'JWE', 1),
            kid: fc.oneof(fc.string(), fc.constant(null), fc.constant('../../dev/null')),
            crit: fc.constantFrom([], ['exp'], 'exp'),
            jku: fc.webUrl(),
            jwk: fc.constant({ kty: 'oct', k: 'AAAA' }),
            b64: fc.boolean(),
          },
          { requiredKeys: ['alg'] },
        )
        .map(part),
    ),
    fc.oneof(
      fc.constant(payload),
      fc.record({ sub: fc.constantFrom('bob', 'ann', ''), exp: fc.integer() }).map(part),
    ),
    fc.oneof(fc.constant(signature), fc.constant(''), fc.base64String()),
  );
  const changed = fc.oneof(
    fc.constantFrom(...tokens).chain(mutated),
    forged.map((parts) => parts.join('.')),
  );
  await fc.assert(
    fc.asyncProperty(changed, fc.boolean(), async (text, asCookie) => {
      const token = text.replace(/[^\u0020-\u007e\u0080-\u00ff]/g, '?');
      // Quotes and what follows a semicolon are no part of a cookie's value.
      const said = asCookie ? (token.split(';')[0] as string).replace(/^ *"?|"? *$/g, '') : trimmed(token);
      fc.pre(!tokens.includes(said));
      const answer = await get(
        asCookie ? ['Cookie', `token=${token}`] : ['Authorization', `Bearer ${token}`],
      );
      expectSound(answer, [401]);
    }),
    {
      numRuns: 300,
      examples: TOKENS.flatMap((make): [string, boolean][] => {
        const token = make(header, payload, signature);
        return [
          [token, false],
          [token, true],
        ];
      }),
    },
  );
});

it('knows a user by a good token only, whatever else is in the headers', async () => {
  const credentials = fc.tuple(
    fc.constantFrom(
      'Authorization',
      'authorization',
      'X-API-Key',
      'Cookie',
      'Proxy-Authorization',
      'X-User-Id',
    ),
    fc.oneof(
      fieldValue,
      fieldValue.map((text) => `Bearer ${text}`),
      fc.constantFrom(
        'Basic YW5uOnB3',
        'Bearer',
        'bearer ',
        'Bearer  ',
        'token=',
        'token=x; token=y',
        'crl_',
      ),
      fieldValue.map((text) => `Bearer crl_${text}`),
      fieldValue.map((text) => `token=${text}`),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(credentials, { minLength: 1, maxLength: 3 }), async (headers) => {
      expectSound(await get(...headers), [401]);
    }),
    { numRuns: 200 },
  );
});

it('lets a bad Bearer token win over a good cookie', async () => {
  await fc.assert(
    fc.asyncProperty(fieldValue, async (text) => {
      const cookie: [string, string] = ['Cookie', `token=${tokenOf('ann')}`];
      expectSound(await get(cookie, ['Authorization', `Bearer ${text}`]), [401]);
    }),
    { numRuns: 100, examples: EXAMPLES },
  );
});

it('finds the token among any other cookies', async () => {
  const token = tokenOf('ann');
  // Those that are no cookies at all are passed over too.
  const other = fc.oneof(
    cookiePair,
    fieldValue.map((text) => text.replaceAll(';', '')).filter((text) => !/^\s*token=/.test(text)),
  );
  const others = fc.array(other, { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(others, others, fc.boolean(), async (before, after, quoted) => {
      const own = `token=${quoted ? `"${token}"` : token}`;
      const answer = await get(['Cookie', [...before, own, ...after].join('; ')]);
      expectSound(answer, [200]);
      expect(answer.body).toContain(w.anns[0]);
    }),
    { numRuns: 100 },
  );
});

it('answers 304 to an If-None-Match that names what would be answered, and 200 to any other', async () => {
  const { headers } = await get(w.ann);
  const etag = /^etag: (.*)$/im.exec(headers)?.[1] as string;
  const opaque = fc.oneof(
    fc.base64String(),
    fc.constantFrom('', '*', 'W/', etag.slice(1, -2), etag.slice(1, -1).toLowerCase()),
    fc.string().map((text) => text.replace(/[^!#-~]|,/g, '')),
  );
  const other = opaque.map((text) => `"${text}"`).filter((tag) => tag !== etag);
  const weakly = (tag: fc.Arbitrary<string>) =>
    fc.tuple(fc.constantFrom('', 'W/'), tag).map((one) => one.join(''));
  const others = fc.array(weakly(other), { maxLength: 3 });
  const separator = fc.constantFrom(',', ', ', ' ,\t');
  await fc.assert(
    fc.asyncProperty(
      others,
      fc.option(weakly(fc.constant(etag))),
      others,
      separator,
      async (a, own, b, comma) => {
        const value = [...a, ...(own === null ? [] : [own]), ...b].join(comma);
        expectSound(await get(w.ann, ['If-None-Match', value]), [own === null ? 200 : 304]);
      },
    ),
    { numRuns: 200 },
  );
  expectSound(await get(w.ann, ['If-None-Match', '*']), [304]);
  // What is no list of tags is answered as what it has of them.
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fieldValue,
        mutated(etag).map((text) => text.replace(/[^ -~]/g, '')),
      ),
      async (value) => {
        const answer = await get(w.ann, ['If-None-Match', value]);
        const may = value.includes(etag) || value.includes('*');
        expectSound(answer, may ? [200, 304] : [200]);
      },
    ),
    { numRuns: 100, examples: EXAMPLES },
  );
});

it('opens a stream for any Last-Event-ID, with the count of its own user, and resumes where it can', async () => {
  const open = (...headers: [string, string][]) =>
    w.send(
      { method: 'GET', path: '/v1/notifications/stream', headers: [w.ann, ...headers] },
      'event: unread',
    );
  const newest = Number(/^id: (\d+)$/m.exec((await open()).body)?.[1]);
  expect(newest).toBeGreaterThan(0);
  const values = fc.oneof(
    fieldValue,
    fc.bigInt({ min: 0n }).map(String),
    fc.nat({ max: 2 * newest }).map(String),
  );
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const answer = await open(['Last-Event-ID', value]);
      expectSound(answer, [200]);
      expect(answer.body).toContain('data: {"count":5}');
      const known = /^\d{1,15}$/.test(trimmed(value)) && Number(value) <= newest;
      expect([value, answer.body.includes('event: reset')]).toEqual([value, !known]);
      for (const id of w.bobs) expect(answer.body).not.toContain(id);
    }),
    { numRuns: 100, examples: [...EXAMPLES, [`${newest}`], [`${newest + 1}`]] },
  );
});

describe('an idempotency key', () => {
  const body = JSON.stringify({ type: 'job_failed', user_ids: ['cleo'], title: 'T' });
  const ask = (key: string) =>
    w.send({
      method: 'POST',
      path: '/v1/events',
      headers: [
        ['X-API-Key', w.t.apiKey],
        ['Content-Type', 'application/json'],
        ['Idempotency-Key', key],
      ],
      body,
    });
  const legal = (key: string) => trimmed(key).length >= 1 && trimmed(key).length <= 255;
  const keys = fc.oneof(
    fieldValue,
    fc.string({ unit: fc.constantFrom('a', '~', '\xff', ' '), minLength: 250, maxLength: 260 }),
  );

  it('of up to 255 characters is taken, and answered the same again', async () => {
    const taken = new Set<string>();
    await fc.assert(
      fc.asyncProperty(keys.filter(legal), async (key) => {
        const first = await ask(key);
        expectSound(first, [taken.has(trimmed(key)) ? 200 : 201]);
        taken.add(trimmed(key));
        const again = await ask(key);
        expectSound(again, [200]);
        expect(again.body).toBe(first.body);
      }),
      { numRuns: 100, examples: EXAMPLES.filter(([key]) => legal(key)) },
    );
  });

  it('that is empty or longer is refused', async () => {
    const long = fieldValue.map((text) => `k${text.padEnd(255, 'x')}k`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constantFrom('', ' ', '\t \t'), long), async (key) => {
        const answer = await ask(key);
        expectSound(answer, [400]);
        expect(JSON.parse(answer.body)).toMatchObject({
          code: 'invalid_input',
          errors: [{ path: 'Idempotency-Key' }],
        });
      }),
      { numRuns: 50, examples: [['k'.repeat(256)]] },
    );
  });
});

it('refuses a control character in any header, whoever asks', async () => {
  const names = [
    'Cookie',
    'If-None-Match',
    'Last-Event-ID',
    'Idempotency-Key',
    'Authorization',
    'X-API-Key',
    'X',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), controlledValue, async (name, value) => {
      expectSound(await get(w.ann, [name, value]), [400]);
    }),
    {
      numRuns: 100,
      examples: HEADERS.filter((value) => !isLegalValue(value)).map((value): [string, string] => [
        'X',
        value,
      ]),
    },
  );
});

it('answers any content type, origin and encoding as they are specified', async () => {
  const names = fc.constantFrom(
    ...['Content-Type', 'Origin', 'Sec-Fetch-Site', 'Accept', 'Accept-Encoding', 'Content-Encoding', 'Range'],
    ...['X-Forwarded-Host', 'X-Forwarded-For', 'X-HTTP-Method-Override', 'Forwarded', 'Upgrade', 'TE'],
  );
  const cookie: [string, string] = ['Cookie', `token=${tokenOf('ann')}`];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(names, fieldValue), { minLength: 1, maxLength: 3 }),
      async (headers) => {
        const answer = await w.send({
          method: 'POST',
          path: '/v1/notifications/mark-all-read',
          headers: [cookie, ...headers],
          body: '{}',
        });
        expectSound(answer, [200, 403, 415]);
      },
    ),
    { numRuns: 200 },
  );
});

it('answers any path that leads nowhere with 404', async () => {
  for (const path of PATHS) {
    expectSound(await w.send({ method: 'GET', path, headers: [w.ann] }), [404]);
  }
});

it('answers what is no HTTP request as a problem too', async () => {
  for (const text of UNREADABLE) expectSound(await w.sendText(text), [400]);
  const large = `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`;
  expectSound(await w.sendText(large), [431]);
});

it('survives any bytes at all', async () => {
  const port = Number(new URL(w.t.url).port);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 500 }), async (bytes) => {
      await new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
        socket
          .on('error', () => undefined)
          .on('close', resolve)
          .resume();
      });
    }),
    { numRuns: 200 },
  );
  expectSound(await w.send({ method: 'GET', path: '/health', headers: [] }), [200]);
});
