import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { request as rawRequest } from 'node:http';
import supertest from 'supertest';
import type { App } from 'supertest/types.js';
import { ApiKeyService } from '../../src/auth/api-key.service.js';
import { CarillonModule } from '../../src/carillon.module.js';
import { TEST_JWT_SECRET, tokenOf } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { hostOptions, startHost, type Platform } from './support/host.js';

/** Of pages that may call Carillon, and nothing of the host's. */
const ORIGIN = 'https://app.example.com';

const me = { Authorization: `Bearer ${tokenOf('anna')}` };

describe.each<Platform>(['express', 'fastify'])('in a host on %s that has everything global', (platform) => {
  let database: TestDatabase;
  let app: INestApplication;
  let url: string;
  let http: ReturnType<typeof supertest.agent>;
  let key: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await startHost(platform, { ...hostOptions(database.url), allowedOrigins: [ORIGIN] });
    url = await app.getUrl();
    http = supertest.agent(url);
    key = (await app.get(ApiKeyService, { strict: false }).create('host')).key;
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const post = (path: string, body: string, type = 'application/json') =>
    http.post(path).set(me).set('Content-Type', type).send(body);
  const send = (event: object = {}) =>
    http
      .post('/v1/events')
      .set('X-API-Key', key)
      .send({ type: 'job_failed', user_ids: ['anna'], title: 'T', ...event });

  describe("Carillon's routes", () => {
    it('answer at their base paths as they are, for users and for API keys', async () => {
      const { body: sent } = await send().expect(201);
      expect(sent.recipients).toBe(1);
      const { body, headers } = await http.get('/v1/notifications').set(me).expect(200);
      expect(body.notifications[0]).toMatchObject({ title: 'T', read_at: null });
      for (const name of ['x-of-the-host', 'x-dns-prefetch-control', 'content-encoding']) {
        expect([name, headers[name]]).toEqual([name, undefined]);
      }
      for (const path of [
        '/api/notifications',
        '/account/api/notifications',
        '/api/v1/sites/s/notifications',
      ]) {
        await http.get(path).set(me).expect(200);
      }
      // Neither the prefix nor the version of the host is theirs.
      for (const path of ['/app/v1/notifications', '/v1/v1/notifications']) {
        const { headers: other, body: foreign } = await http.get(path).set(me);
        expect([path, other['x-of-the-host'], foreign.code]).toEqual([path, 'yes', undefined]);
      }
    });

    it('take preflights, and say with a 405 what an address takes', async () => {
      const { status, headers } = await http
        .options('/v1/me')
        .set({ Origin: ORIGIN, 'Access-Control-Request-Method': 'PATCH' });
      expect([status, headers['access-control-allow-origin']]).toEqual([204, ORIGIN]);
      const refused = await http.put('/v1/notifications/counts').set(me).send({});
      expect([refused.status, refused.body.code]).toEqual([405, 'method_not_allowed']);
      expect(refused.headers['allow']).toBe('DELETE, GET, HEAD, PATCH');
    });

    it('answer a proxy, which asks for a whole address', async () => {
      const { hostname, port } = new URL(url);
      const path = `${url}/v1/notifications/unread-count?`;
      const [status] = await new Promise<unknown[]>((resolve, reject) =>
        rawRequest({ hostname, port, path, headers: me }, (answer) => resolve([answer.resume().statusCode]))
          .on('error', reject)
          .end(),
      );
      expect(status).toBe(200);
    });

    it('convert nothing: a text is not taken for a truth value', async () => {
      const { body } = await http.get('/v1/notifications').set(me);
      const { id } = body.notifications[0];
      const wrong = await http.patch(`/v1/notifications/${id}`).set(me).send({ read: 'false' });
      expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_input']);
      const unknown = await http.patch(`/v1/notifications/${id}`).set(me).send({ raed: true });
      expect(unknown.body.errors).toEqual([
        { path: 'raed', message: 'is not known here. Did you mean "read"?' },
      ]);
    });

    it('answer their own problem documents', async () => {
      const missing = await http.get('/v1/notifications/01234567-89ab-7def-8000-000000000000').set(me);
      expect([missing.status, missing.body.code]).toEqual([404, 'not_found']);
      const nobody = await http.get('/v1/notifications');
      expect([nobody.status, nobody.body.code]).toEqual([401, 'unauthenticated']);
      const asKey = await http.get('/v1/notifications').set('X-API-Key', key);
      expect([asKey.status, asKey.body.code]).toEqual([403, 'api_key_not_allowed']);
    });

    it('take an empty body as an empty object, whatever its type says', async () => {
      for (const type of ['application/json', 'application/merge-patch+json', 'text/plain']) {
        await post('/v1/notifications/mark-all-read', '', type).expect(200);
      }
      await http.post('/v1/notifications/mark-all-read').set(me).expect(200);
      // Of a length that is not known before.
      const body = new ReadableStream({ start: (controller) => controller.close() });
      const headers = { ...me, 'Content-Type': 'application/json' };
      const chunked = await fetch(`${url}/v1/notifications/mark-all-read`, {
        method: 'POST',
        headers,
        body,
        duplex: 'half',
      } as RequestInit);
      expect(chunked.status).toBe(200);
    });

    it.each<[string, string, string, number, string]>([
      ['broken JSON', '{"type":', 'application/json', 400, 'invalid_input'],
      ['a poisoned prototype', '{"__proto__":{}}', 'application/json', 400, 'invalid_input'],
      ['a bottomless body', `${'['.repeat(200)}${']'.repeat(200)}`, 'application/json', 400, 'invalid_input'],
      ['a form', 'type=job_failed', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
      ['a type that is none', 'x', 'no type at all', 415, 'unsupported_media_type'],
      [
        'a giant',
        JSON.stringify({ type: 'x'.repeat(300_000) }),
        'application/json',
        413,
        'payload_too_large',
      ],
    ])('answer %s with a problem document', async (_what, body, type, status, code) => {
      const answer = await post('/v1/notifications/mark-all-read', body, type).expect(status);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('private, no-cache');
      expect(answer.body).toMatchObject({ status, code, error: expect.any(String) });
      expect(answer.body.errors?.length).toBe(status === 400 ? 1 : undefined);
    });

    it('take an event for 10,000 users', async () => {
      const ids = Array.from({ length: 10_000 }, (_, at) => String(at).padStart(125, 'u'));
      const { body } = await send({ user_ids: ids }).expect(201);
      expect(body.recipients).toBe(10_000);
    });

    it('leave a large body of a stranger unread', async () => {
      const answer = await http
        .post('/v1/events')
        .set('Content-Type', 'application/json')
        .send(`[${'[],'.repeat(1_000_000)}[]]`);
      expect(answer.status).toBe(401);
    });

    it('answer 304 where the client has the answer, HEAD without a body, and a stream', async () => {
      for (const path of [
        '/v1/notifications',
        '/account/api/notifications',
        '/api/notifications/unread-count',
      ]) {
        const first = await http.get(path).set(me).expect(200);
        const tag = first.headers['etag'] as string;
        await http.get(path).set(me).set('If-None-Match', tag).expect(304);
        const head = await http.head(path).set(me).expect(200);
        expect(head.text).toBeUndefined();
      }
      const first = await new Promise<string>((resolve, reject) => {
        const stream = rawRequest(`${url}/v1/notifications/stream`, { headers: me }, (response) => {
          expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
          response.on('data', (chunk) => {
            if (!String(chunk).includes('event: unread')) return;
            stream.destroy();
            resolve(String(chunk));
          });
        });
        stream.on('error', reject).end();
      });
      expect(first).toContain('"count"');
    });
  });

  describe("the host's own routes", () => {
    it('keep all of its ways', async () => {
      await http.get('/app/v1/host').expect(418);
      const { body, headers } = await http.get('/app/v1/host').set('X-Host', 'yes').expect(200);
      expect(body).toEqual({ wrapped: { of: 'the host' } });
      expect(headers['x-of-the-host']).toBe('yes');
      // Of the host's helmet, not of Carillon.
      expect([headers['cache-control'], headers['x-frame-options']]).toEqual([undefined, 'SAMEORIGIN']);
      const refused = await http.get('/app/v1/host/forbidden').set('X-Host', 'yes').expect(418);
      expect(refused.body.caught).toContain('Forbidden');
      const form = await http
        .post('/app/v1/host')
        .set('X-Host', 'yes')
        .type('form')
        .send({ a: '1' })
        .expect(201);
      expect(form.body).toEqual({ wrapped: { body: { a: '1' } } });
      const json = await http.post('/app/v1/host').set('X-Host', 'yes').send({ a: 1 }).expect(201);
      expect(json.body).toEqual({ wrapped: { body: { a: 1 } } });
    });

    it('answer for what is below a base path and no route of Carillon', async () => {
      for (const path of ['/v1/orders', '/api/orders', '/api']) {
        const { headers, body } = await http.get(path);
        expect([path, headers['x-of-the-host'], body.code]).toEqual([path, 'yes', undefined]);
      }
    });
  });
});

describe('an Express host', () => {
  it('is passed by also where another server is given its Express', async () => {
    const database = await createTestDatabase();
    const app = await startHost('express', hostOptions(database.url));
    const http = supertest(app.getHttpAdapter().getInstance() as App);
    const answer = await http.post('/v1/notifications/mark-all-read').set(me).send({ type: 'job_failed' });
    expect([answer.status, answer.body]).toEqual([200, { marked: 0 }]);
    for (const name of ['x-of-the-host', 'x-powered-by', 'x-dns-prefetch-control'])
      expect([name, answer.headers[name]]).toEqual([name, undefined]);
    const own = await http.post('/app/v1/host').set('X-Host', 'yes').send({ a: 1 });
    expect(own.body).toEqual({ wrapped: { body: { a: 1 } } });
    await app.close();
    await database.drop();
  });
});

describe('a Fastify host', () => {
  it('has the routes in a testing module, which knows its adapter late', async () => {
    const database = await createTestDatabase();
    const imports = [CarillonModule.forRoot(hostOptions(database.url))];
    const module = await Test.createTestingModule({ imports }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.init();
    const post = {
      method: 'POST' as const,
      url: '/v1/notifications/mark-all-read',
      headers: me,
      payload: {},
    };
    const answer = await app.inject(post);
    expect([answer.statusCode, answer.body]).toEqual([200, '{"marked":0}']);
    await app.close();
    await database.drop();
  });

  it("is passed by also where a request does not come through its main server's listeners", async () => {
    const database = await createTestDatabase();
    const app = (await startHost('fastify', hostOptions(database.url))) as NestFastifyApplication;
    const answer = await app.inject({ method: 'GET', url: '/v1/notifications/unread-count', headers: me });
    expect([answer.statusCode, answer.body]).toEqual([200, '{"count":0}']);
    await app.close();
    await database.drop();
  });
});

describe('two hosts in one process', () => {
  it('have routes, users and ends of their own', async () => {
    const databases = [await createTestDatabase(), await createTestDatabase()] as const;
    const one = await startHost('express', hostOptions(databases[0].url));
    const other = await startHost('fastify', {
      ...hostOptions(databases[1].url),
      contracts: { inbox: '/me' },
      auth: { authenticator: ({ headers }) => String(headers['x-user']) },
    });
    await supertest(await one.getUrl())
      .get('/v1/notifications')
      .set(me)
      .expect(200);
    await one.close();
    const { body } = await supertest(await other.getUrl())
      .get('/me/notifications')
      .set('X-User', 'bob')
      .expect(200);
    expect(body.notifications).toEqual([]);
    await other.close();
    await Promise.all(databases.map((database) => database.drop()));
  });
});

it('refuses a second forRoot in a sentence', async () => {
  const options = {
    database: { url: 'postgres://127.0.0.1:9/none' },
    encryption: { key: 'an encryption key for tests, long enough' },
    auth: { jwtSecret: TEST_JWT_SECRET },
  };
  const root: DynamicModule = {
    module: class Root {},
    imports: [
      CarillonModule.forRoot(options),
      CarillonModule.forRoot({ ...options, contracts: { inbox: '/other' } }),
    ],
  };
  await expect(
    NestFactory.create(root, new ExpressAdapter(), { logger: false, abortOnError: false }),
  ).rejects.toThrow('CarillonModule is imported 2 times with different options: call forRoot');
});
