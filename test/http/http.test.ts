import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Proxy } from '../faults/support/proxy.js';
import { startApp, type TestApp, tokenOf } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';

let app: TestApp;
const USER = 'poller';

beforeAll(async () => {
  app = await startApp();
  await app.post({ type: 'job_failed', user_ids: [USER], title: 'first', team_id: 'site-1' });
});
afterAll(() => app.close());

const POLLED = [
  '/v1/notifications',
  '/v1/notifications/unread-count',
  '/api/v1/sites/site-1/notifications',
  '/api/v1/sites/site-1/notifications/unread-count',
  '/api/notifications',
  '/api/notifications/unread-count',
  '/account/api/notifications',
];

/** How proxies that compress spell a tag, and pass it back. */
const compressed = (etag: string): string[] => {
  const ends = ['-gzip', '-br', '-zstd', '--gzip', '--br', ';gzip', ';br', ':gzip', '-GZIP'];
  const tags = ends.map((end) => etag.replace(/"$/, `${end}"`));
  return [...tags, `W/${tags[0]}`, `"other-gzip", W/${tags[3]}`];
};

describe('polling', () => {
  it.each(POLLED)('%s answers 304 until something changes', async (path) => {
    const me = app.as(USER);
    const first = await me.get(path).expect(200);
    const etag = first.headers['etag'] as string;
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*', ...compressed(etag)]) {
      const again = await me.get(path).set('If-None-Match', tags).expect(304);
      expect(again.text).toBe('');
      expect(again.headers['etag']).toBe(etag);
    }
    // A star is a wildcard by itself only: here it is a letter of somebody else's tag.
    const foreign = ['gzip', '-', '-gzip2', '-gzip-gzip', '---gzip'].map((end) =>
      etag.replace(/"$/, `${end}"`),
    );
    for (const tags of ['"other"', '"a,*,b"', '"*"', '"other-gzip"', etag.slice(1, -1), ...foreign]) {
      await me.get(path).set('If-None-Match', tags).expect(200);
    }
    await app.post({ type: 'job_failed', user_ids: [USER], title: 'another', team_id: 'site-1' });
    const changed = await me.get(path).set('If-None-Match', etag).expect(200);
    expect(changed.headers['etag']).not.toBe(etag);
  });

  it.each([...POLLED, '/v1/notifications/unread-count?team_id=none'])(
    'HEAD %s answers as GET',
    async (path) => {
      const me = app.as(USER);
      const got = await me.get(path).expect(200);
      const etag = got.headers['etag'] as string;
      const head = await me.head(path).expect(200);
      for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) {
        expect([name, head.headers[name]]).toEqual([name, got.headers[name]]);
      }
      const again = await me.get(path).set('If-None-Match', etag).expect(304);
      const headAgain = await me.head(path).set('If-None-Match', etag).expect(304);
      for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) {
        expect([name, headAgain.headers[name]]).toEqual([name, again.headers[name]]);
      }
      await me.head(path).set('If-None-Match', '"other"').expect(200).expect('ETag', etag);
    },
  );

  it('names the user in "not modified" and in errors, however the token came', async () => {
    const name = 'Ŝara, 1/2';
    const [path, gone] = ['/v1/notifications/unread-count', `/v1/notifications/${randomUUID()}`];
    const credentials = [
      ['Authorization', `Bearer ${tokenOf(name)}`],
      ['Cookie', `token=${tokenOf(name)}`],
    ] as const;
    for (const [header, value] of credentials) {
      const ask = (url: string) => app.http.get(url).set(header, value);
      const { headers } = await ask(path).expect(200);
      const answers = [
        await ask(path)
          .set('If-None-Match', headers['etag'] as string)
          .expect(304),
        await ask(gone).expect(404),
        await ask(`${path}?unknown=1`).expect(400),
        await app.http.head('/v1/notifications/stream').set(header, value).expect(200),
      ];
      for (const answer of answers) expect(answer.headers['carillon-user']).toBe(encodeURIComponent(name));
    }
    const refused = await app.http
      .post('/v1/notifications/mark-all-read')
      .set('Cookie', `token=${tokenOf(name)}`)
      .set('Sec-Fetch-Site', 'cross-site')
      .expect(403);
    expect(refused.headers['carillon-user']).toBe(encodeURIComponent(name));
    expect((await app.http.get(path).expect(401)).headers['carillon-user']).toBeUndefined();
  });

  it('does not take one user for another', async () => {
    const { headers } = await app.as(USER).get('/v1/notifications');
    await app
      .as('somebody-else')
      .get('/v1/notifications')
      .set('If-None-Match', headers['etag'] as string)
      .expect(200);
  });

  it('never answers a write or an error with 304', async () => {
    await app.as(USER).post('/v1/notifications/mark-all-read').set('If-None-Match', '*').expect(200);
    await app.as(USER).get('/v1/notifications/nope').set('If-None-Match', '*').expect(404);
  });
});

describe('GET /v1/notification-types', () => {
  it('takes no parameters', async () => {
    const { body } = await app.producer.get('/v1/notification-types?x=1').expect(400);
    expect(body.errors).toEqual([{ path: 'x', message: 'is not known here' }]);
    await app.as(USER).get('/v1/notification-types').expect(200);
  });
});

describe('health', () => {
  it('tells a process that answers from one that can serve', async () => {
    const database = await createTestDatabase();
    const proxy = await Proxy.start(database.url);
    const other = await startApp({ database: { url: proxy.url } });
    try {
      expect((await other.http.get('/health').expect(200)).body).toEqual({ status: 'ok', channels: {} });
      expect((await other.http.get('/health/live').expect(200)).body).toEqual({ status: 'ok' });
      await proxy.stop();
      await other.http.get('/health').expect(503);
      await other.http.get('/health/live').expect(200);
    } finally {
      await other.close();
      await proxy.stop();
      await database.drop();
    }
  });
});

describe('bodies of very many keys', () => {
  const keys = (count: number, value: unknown = 1) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, value]));

  it('are refused as they are, before anything looks at each key', async () => {
    const all = [
      app.producer.post('/v1/events').send(keys(300_000)),
      app.producer.post('/v1/events').send({ entity: keys(20_000) }),
      app.as(USER).post('/v1/notifications/mark-all-read').send(keys(20_000)),
      app.as(USER).patch('/v1/preferences').send(keys(1_001)),
    ];
    for (const { status, body } of await Promise.all(all)) {
      expect([status, body.errors]).toEqual([
        400,
        [{ path: '', message: expect.stringMatching(/^the body must not have more than \d+ keys/) }],
      ]);
    }
  });

  it('are answered with twenty of their mistakes at the most, and how many more there are', async () => {
    const user = app.as(USER);
    const all = [
      app.producer.post('/v1/events').send(keys(900)),
      app.producer.post('/v1/events').send({ entity: keys(5_000) }),
      user.post('/v1/notifications/mark-all-read').send(keys(900)),
      user.patch('/v1/preferences').send(keys(900)),
      user.patch('/v1/preferences').send({ types: keys(900) }),
      user.patch('/v1/preferences').send({ types: keys(5_000, {}) }),
      user.patch('/v1/preferences').send({ types: { job_failed: keys(5_000, true) } }),
      user.put('/account/api/notifications/preferences').send(keys(900)),
      user.post('/v1/notifications/delete-read').send(keys(900)),
    ];
    for (const { status, body } of await Promise.all(all)) {
      expect([status, body.errors?.length, body.detail]).toEqual([
        400,
        20,
        expect.stringMatching(/ \(and \d+ more\)$/),
      ]);
    }
  });

  it('are taken where many keys are meant: in the data of an event', async () => {
    await app.post({ type: 'job_failed', user_ids: [USER], title: 'T', data: keys(5_000) });
  });
});

describe('what every answer carries', () => {
  it('security headers, and no shared caching', async () => {
    for (const path of ['/v1/notifications', '/v1/nope', '/health']) {
      const { headers } = await app.as(USER).get(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': 'private, no-cache',
      });
    }
  });

  it('CORS with credentials, for allowed origins only', async () => {
    const open = await startApp({ allowedOrigins: ['https://app.example.com'] });
    try {
      const preflight = (origin: string) =>
        open.http
          .options('/v1/notifications/x')
          .set('Origin', origin)
          .set('Access-Control-Request-Method', 'PATCH');
      const allowed = await preflight('https://app.example.com');
      expect(allowed.headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-credentials': 'true',
      });
      const refused = await preflight('https://evil.example');
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      const none = await app.http.get('/health').set('Origin', 'https://app.example.com');
      expect(none.headers['access-control-allow-origin']).toBeUndefined();
    } finally {
      await open.close();
    }
  });
});

it('says what an address takes where a method is none of its own', async () => {
  const cases: [method: 'put' | 'delete' | 'options', path: string, allow: string][] = [
    ['put', '/v1/me', 'GET, HEAD, PATCH'],
    ['put', '/v1/me/', 'GET, HEAD, PATCH'],
    ['options', '/v1/notifications/stream', 'DELETE, GET, HEAD, PATCH'],
    ['delete', '/carillon/element.js', 'GET, HEAD'],
  ];
  for (const [method, path, allow] of cases) {
    const { status, body, headers } = await app.http[method](path);
    expect([path, status, body.code, headers['allow']]).toEqual([path, 405, 'method_not_allowed', allow]);
  }
  for (const path of ['/v1/nothing', '/v1//me', '/'])
    await app.http.put(path).expect(path === '/' ? 405 : 404);
  // What has the address but nothing there does not refuse its own method.
  await app.http.get('/carillon/').expect(404);
});

it('knows the tag of a file again that a proxy has changed, whichever way the file was sent', async () => {
  for (const encoding of ['br', 'gzip', 'identity']) {
    const ask = () => app.http.get('/carillon/client.js').set('Accept-Encoding', encoding);
    const { headers } = await ask().expect(200);
    const etag = headers['etag'] as string;
    for (const tag of [etag, etag.replace(/"$/, '-gzip"'), etag.replace(/"$/, '--gzip"').slice(2)]) {
      const { status, text } = await ask().set('If-None-Match', tag);
      expect([tag, status, text]).toEqual([tag, 304, '']);
    }
    await ask().set('If-None-Match', '"other-gzip"').expect(200);
  }
});

it('leaves a wrong range of a file aside', async () => {
  await app.http.get('/carillon/client.js').set('Range', 'bytes=9-3').expect(200);
});

describe('pages', () => {
  it('serve the docs, the documents and the elements, and the demo in development', async () => {
    await app.http.get('/docs').expect(200).expect('Content-Type', /html/);
    for (const path of ['/openapi.json', '/openapi/workspace.json']) {
      const { body } = await app.http.get(path).expect(200);
      expect(body).toMatchObject({ openapi: expect.stringMatching(/^3\./) });
    }
    await app.http
      .get('/carillon/element.js')
      .expect(200)
      .expect('Content-Type', /javascript/);
    for (const path of ['/', '/demo/inbox'])
      await app.http.get(path).expect(200).expect('Content-Type', /html/);
    const outside = await app.http.get('/carillon/../package.json');
    expect([403, 404]).toContain(outside.status);
    await app.http.get('/carillon/demo/index.html').expect(404);
  });

  it('give the elements to pages of every origin, compressed, and anew only when they have changed', async () => {
    for (const [accepted, encoding] of [
      ['br, gzip', 'br'],
      ['gzip', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const { headers } = await app.http
        .get('/carillon/bell.js')
        .set('Accept-Encoding', accepted)
        .set('Origin', 'https://somewhere.example')
        .expect(200)
        .expect('Content-Type', /javascript/)
        .expect('Vary', /accept-encoding/i)
        .expect('Cache-Control', 'public, no-cache')
        .expect('Access-Control-Allow-Origin', '*');
      expect(headers['content-encoding']).toBe(encoding);
      // What docs/in-a-page.md says of the bell, on the wire.
      if (encoding) expect(Number(headers['content-length'])).toBeLessThan(27_000);
      await app.http
        .get('/carillon/bell.js')
        .set('Accept-Encoding', accepted)
        .set('If-None-Match', headers['etag'] as string)
        .expect(304);
    }
    await app.http.get('/carillon/bell.js.gz').expect(404);
  });

  it.each(['sw.js', 'push-worker.js'])('give a service worker that needs nothing else: %s', async (name) => {
    const { text } = await app.http
      .get(`/carillon/${name}`)
      .expect(200)
      .expect('Content-Type', /javascript/)
      .expect('Cache-Control', 'public, no-cache');
    // As a script or as a module, under a policy that lets it load nothing.
    expect(text).not.toMatch(/\b(importScripts|import|export)\b/);
  });

  it('serve the assets alone in production', async () => {
    const production = await startApp({ production: true });
    try {
      await production.http.get('/carillon/element.js').expect(200);
      for (const path of ['/', '/demo/inbox', '/demo/session', '/demo/index.js', '/demo/webhook-log']) {
        await production.http.get(path).expect(404);
      }
      await production.http.post('/demo/fire').send({}).expect(404);
    } finally {
      await production.close();
    }
  });
});
