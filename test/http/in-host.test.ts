import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { ApiKeyService } from '../../src/auth/api-key.service.js';
import { CarillonModule } from '../../src/carillon.module.js';
import { TEST_JWT_SECRET, tokenOf } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** Routes of the host's own, which must stay as the host has them. */
@Controller('host')
class HostController {
  @Get()
  read(): { of: string } {
    return { of: 'the host' };
  }

  @Post()
  write(@Body() body: unknown): { body: unknown } {
    return { body };
  }
}

let database: TestDatabase;
let app: NestFastifyApplication;
let http: ReturnType<typeof supertest.agent>;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  @Module({
    imports: [
      CarillonModule.forRoot({
        database: { url: database.url, poolSize: 4 },
        encryption: { key: 'an encryption key for tests, long enough' },
        auth: { jwtSecret: TEST_JWT_SECRET },
      }),
    ],
    controllers: [HostController],
  })
  class HostModule {}
  // A limit and a prefix of the host's own, and the parser that keeps raw bodies: none of them is Carillon's.
  const adapter = new FastifyAdapter({ bodyLimit: 1_000 });
  // Who has a session of the host's needs no token: the host adds one to the request's headers.
  adapter.getInstance().addHook('onRequest', (request, _reply, done) => {
    const session = request.headers['x-session'];
    if (typeof session === 'string') request.headers = { authorization: `Bearer ${tokenOf(session)}` };
    done();
  });
  app = await NestFactory.create<NestFastifyApplication>(HostModule, adapter, {
    logger: false,
    rawBody: true,
  });
  app.setGlobalPrefix('app');
  await app.listen(0, '127.0.0.1');
  http = supertest.agent(await app.getUrl());
  key = (await app.get(ApiKeyService, { strict: false }).create('host')).key;
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const me = { Authorization: `Bearer ${tokenOf('anna')}` };
const post = (path: string, body: string, type = 'application/json') =>
  http.post(path).set(me).set('Content-Type', type).send(body);

describe("the contracts' routes in an application that knows nothing of them", () => {
  it('take an empty body as an empty object, whatever its type says', async () => {
    for (const type of ['application/json', 'application/merge-patch+json', 'text/plain']) {
      const { body } = await post('/app/v1/notifications/mark-all-read', '', type).expect(200);
      expect(body).toEqual({ marked: 0 });
    }
    await http.post('/app/v1/notifications/mark-all-read').set(me).expect(200);
    // Of a length that is not known before.
    const url = `${await app.getUrl()}/app/v1/notifications/mark-all-read`;
    const body = new ReadableStream({ start: (controller) => controller.close() });
    const headers = { ...me, 'Content-Type': 'application/json' };
    const chunked = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect(chunked.status).toBe(200);
  });

  it.each<[string, string, string, number, string]>([
    ['broken JSON', '{"type":', 'application/json', 400, 'invalid_input'],
    ['a poisoned prototype', '{"__proto__":{}}', 'application/json', 400, 'invalid_input'],
    ['a bottomless body', `${'['.repeat(200)}${']'.repeat(200)}`, 'application/json', 400, 'invalid_input'],
    ['a form', 'type=job_failed', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['a type that is none', 'x', 'no type at all', 415, 'unsupported_media_type'],
    ['a giant', JSON.stringify({ type: 'x'.repeat(300_000) }), 'application/json', 413, 'payload_too_large'],
  ])('answer %s with a problem document', async (_what, body, type, status, code) => {
    const answer = await post('/app/v1/notifications/mark-all-read', body, type).expect(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('private, no-cache');
    expect(answer.body).toMatchObject({ status, code, error: expect.any(String) });
  });

  it('take JSON under other names', async () => {
    const { body } = await post(
      '/app/v1/notifications/mark-all-read',
      '{"type":"job_failed"}',
      'application/x+json',
    );
    expect(body).toEqual({ marked: 0 });
  });

  it('take an event for 10,000 users', async () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => String(at).padStart(125, 'u'));
    const { body } = await http
      .post('/app/v1/events')
      .set('X-API-Key', key)
      .send({ type: 'job_failed', user_ids: ids, title: 'To everybody' })
      .expect(201);
    expect(body.recipients).toBe(10_000);
  });

  it('see the headers that the host adds, with a body and without', async () => {
    const session = { 'X-Session': 'anna' };
    await http.get('/app/v1/notifications').set(session).expect(200);
    const marked = await http
      .post('/app/v1/notifications/mark-all-read')
      .set(session)
      .send({ type: 'job_failed' });
    expect([marked.status, marked.body]).toEqual([200, { marked: 0 }]);
    const form = await http.post('/app/v1/notifications/mark-all-read').set(session).type('form').send('a=1');
    expect(form.status).toBe(415);
    expect(form.body.error).toContain('application/x-www-form-urlencoded');
  });

  it('answer 304 to who has the answer already, and let no shared cache keep it', async () => {
    for (const path of [
      '/app/v1/notifications',
      '/app/account/api/notifications',
      '/app/api/notifications/unread-count',
    ]) {
      const first = await http.get(path).set(me).expect(200);
      expect(first.headers['cache-control']).toBe('private, no-cache');
      expect(first.headers['x-content-type-options']).toBe('nosniff');
      await http
        .get(path)
        .set(me)
        .set('If-None-Match', first.headers['etag'] as string)
        .expect(304);
    }
  });
});

describe("the host's own routes", () => {
  it('have neither our headers nor our errors, and keep their limits', async () => {
    const { headers } = await http.get('/app/host').expect(200);
    for (const name of ['etag', 'cache-control', 'x-frame-options']) expect(headers[name]).toBeUndefined();
    const empty = await http.post('/app/host').set('Content-Type', 'application/json').send('');
    const broken = await http.post('/app/host').set('Content-Type', 'application/json').send('{');
    const large = await http.post('/app/host').send({ text: 'x'.repeat(2_000) });
    expect([broken.status, large.status]).toEqual([400, 413]);
    for (const { body } of [empty, broken, large]) expect(body).not.toHaveProperty('code', 'invalid_input');
    const form = await http.post('/app/host').type('form').send({ a: '1' }).expect(201);
    expect(form.body).toEqual({ body: { a: '1' } });
  });
});
