import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { makeApiKey } from '../../src/auth/api-key.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Not JSON: whoever reads it answers 400. */
const LARGE = 'x'.repeat(100_000);

async function send(
  path: string,
  headers: Record<string, string>,
  { body = LARGE, chunked = false, method = 'POST' } = {},
) {
  const stream = async function* () {
    yield Buffer.from(body);
  };
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(chunked ? { body: stream() as unknown as string, duplex: 'half' } : { body }),
  });
  return response.status;
}

describe('a large body', () => {
  it.each([
    ['/v1/events', 'POST'],
    ['/v1/notifications/mark-all-read', 'POST'],
    ['/account/api/notifications/preferences', 'PUT'],
  ])('of nobody is not read: %s', async (path, method) => {
    expect(await send(path, {}, { method })).toBe(401);
    expect(await send(path, {}, { method, chunked: true })).toBe(401);
    // More than any route takes: it is not even looked at.
    expect(await send(path, {}, { method, body: 'x'.repeat(9_000_000) })).toBe(401);
  });

  it('of a key that nobody made, and of a user, is not read as an event', async () => {
    expect(await send('/v1/events', { 'X-API-Key': makeApiKey() })).toBe(401);
    expect(await send('/v1/events', { Authorization: `Bearer ${tokenOf('u')}` })).toBe(403);
    expect(await send('/v1/events', { Cookie: `token=${tokenOf('u')}` })).toBe(403);
  });

  it('of whoever may send it is read', async () => {
    const user = { Authorization: `Bearer ${tokenOf('u')}` };
    for (const chunked of [false, true]) {
      expect(await send('/v1/events', { 'X-API-Key': app.apiKey }, { chunked })).toBe(400);
      expect(await send('/v1/notifications/mark-all-read', user, { chunked })).toBe(400);
    }
    const event = { type: 'job_failed', user_ids: ['u'], title: 't', data: { text: LARGE.slice(0, 60_000) } };
    const body = JSON.stringify(event);
    expect(await send('/v1/events', { Authorization: `Bearer ${app.apiKey}` }, { body })).toBe(201);
    expect(await send('/demo/webhook-sink', {}, { body })).toBe(204);
  });

  it('that was not read leaves the connection as it was', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    await once(socket, 'connect');
    let answers = '';
    const second = new Promise<void>((done) =>
      socket.on('data', (chunk) => {
        answers += String(chunk);
        if (answers.includes('{"status":"ok"')) done();
      }),
    );
    const head = `POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${LARGE.length}`;
    socket.write(`${head}\r\n\r\n${LARGE.slice(0, 50_000)}`);
    await once(socket, 'data');
    socket.write(`${LARGE.slice(50_000)}GET /health HTTP/1.1\r\nHost: x\r\n\r\n`);
    await second;
    socket.destroy();
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
  });
});
