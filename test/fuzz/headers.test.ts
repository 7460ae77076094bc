import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { TEST_JWT_SECRET, tokenOf } from '../support/app.js';
import { headerBytes, mutated } from './arbitraries.js';
import { HEADERS, PATHS, UNREADABLE } from './regressions.js';
import { expectSound, makeFuzzWorld, type FuzzWorld } from './world.js';

let w: FuzzWorld;
beforeAll(async () => {
  w = await makeFuzzWorld();
});
afterAll(() => w.close());

const LIST = '/v1/notifications?limit=3';
const EXAMPLES = HEADERS.map((value): [string] => [value]);
/** Node answers a head that it cannot read by itself, and one that is too large. */
const BY_NODE = [400, 431];

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
    { numRuns: 300 },
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
      headerBytes,
      headerBytes.map((text) => `Bearer ${text}`),
      fc.constantFrom(
        'Basic YW5uOnB3',
        'Bearer',
        'bearer ',
        'Bearer  ',
        'token=',
        'token=x; token=y',
        'crl_',
      ),
      headerBytes.map((text) => `Bearer crl_${text}`),
      headerBytes.map((text) => `token=${text}`),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(credentials, { minLength: 1, maxLength: 3 }), async (headers) => {
      expectSound(await get(...headers), [401, ...BY_NODE]);
    }),
    { numRuns: 200 },
  );
});

it('lets a bad Bearer token win over a good cookie', async () => {
  await fc.assert(
    fc.asyncProperty(headerBytes, async (text) => {
      const cookie: [string, string] = ['Cookie', `token=${tokenOf('ann')}`];
      expectSound(await get(cookie, ['Authorization', `Bearer ${text}`]), [401, ...BY_NODE]);
    }),
    { numRuns: 100, examples: EXAMPLES },
  );
});

it('finds the token among any other cookies', async () => {
  const token = tokenOf('ann');
  const others = fc.array(
    headerBytes.map((text) => text.replace(/;|token=/g, '')),
    { maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(others, others, async (before, after) => {
      const cookie = [...before, `token=${token}`, ...after].join('; ');
      expectSound(await get(['Cookie', cookie]), [200, ...BY_NODE]);
    }),
    { numRuns: 100 },
  );
});

it('answers any If-None-Match with 200 or 304', async () => {
  const etag = /^etag: (.*)$/im.exec((await get(w.ann)).headers)?.[1] as string;
  const values = fc.oneof(
    headerBytes,
    mutated(etag).map((text) => text.replace(/[^\u0020-\u007e]/g, '')),
  );
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const answer = await get(w.ann, ['If-None-Match', value]);
      expectSound(answer, [200, 304, ...BY_NODE]);
      if (answer.status === 304) expect(value.includes(etag) || value.includes('*')).toBe(true);
    }),
    { numRuns: 200, examples: EXAMPLES },
  );
});

it('opens a stream for any Last-Event-ID, with the count of its own user', async () => {
  const values = fc.oneof(headerBytes, fc.bigInt({ min: 0n }).map(String), fc.nat({ max: 20 }).map(String));
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const answer = await w.send(
        {
          method: 'GET',
          path: '/v1/notifications/stream',
          headers: [w.ann, ['Last-Event-ID', value]],
        },
        'event: unread',
      );
      expectSound(answer, [200, ...BY_NODE]);
      for (const id of w.bobs) expect(answer.body).not.toContain(id);
    }),
    { numRuns: 100, examples: EXAMPLES },
  );
});

it('takes an idempotency key or refuses it, and answers it the same again', async () => {
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
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        headerBytes,
        fc.string({ maxLength: 300 }).map((key) => key.replace(/[^ -~]/g, 'x')),
      ),
      async (key) => {
        const first = await ask(key);
        expectSound(first, [200, 201, ...BY_NODE]);
        if (first.status >= 400) return;
        const again = await ask(key);
        expectSound(again, [200]);
        expect(again.body).toBe(first.body);
      },
    ),
    { numRuns: 100, examples: EXAMPLES },
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
      fc.array(fc.tuple(names, headerBytes), { minLength: 1, maxLength: 3 }),
      async (headers) => {
        const answer = await w.send({
          method: 'POST',
          path: '/v1/notifications/mark-all-read',
          headers: [cookie, ...headers],
          body: '{}',
        });
        expectSound(answer, [200, 403, 415, ...BY_NODE]);
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
