import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startApp, tokenOf, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const request = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

describe('requests that are sent before the answers to others', () => {
  it.each([
    '/openapi/inbox.json',
    '/docs',
    '/carillon/element.js',
    '/nothing',
    '/health',
    '/v1/notifications',
  ])('end their connection when they are too many: %s', async (path) => {
    const socket = await open();
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(request(path, `Authorization: Bearer ${tokenOf('u')}\r\n`).repeat(1_000));
    await closed;
    expect((received.match(/HTTP\/1\.1 \d/g) ?? []).length).toBeLessThanOrEqual(16);
    await app.http.get('/health').expect(200);
  });

  it('are answered in their order when they are few, again and again', async () => {
    const socket = await open();
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    for (let round = 1; round <= 5; round += 1) {
      socket.write(request('/health/live').repeat(8) + request('/health').repeat(8));
      while ((received.match(/"status":"ok"/g) ?? []).length < 16 * round) await once(socket, 'data');
    }
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(80);
    socket.destroy();
  });
});
