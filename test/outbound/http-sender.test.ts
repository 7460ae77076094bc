import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Resolve } from '../../src/outbound/resolver.js';
import { HttpSender } from '../../src/outbound/http-sender.js';
import { RebindingDns } from './support/dns-server.js';
import { CERTIFICATE, KEY } from './support/self-signed.js';
import { answer, FakeTarget, hang, type Respond } from './support/targets.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(respond: Respond, address?: string): Promise<FakeTarget> {
  const target = await FakeTarget.start(respond, address);
  cleanups.push(() => target.stop());
  return target;
}

function sender(allowNetworks: string[], resolve?: Resolve, timeoutMs = 20_000): HttpSender {
  const made = new HttpSender({ allowNetworks, timeoutMs }, resolve);
  cleanups.push(() => made.onApplicationShutdown());
  return made;
}

const post = (url: string) => ({ url, headers: { 'content-type': 'application/json' }, body: '{"a":1}' });

describe('send', () => {
  it('posts the body and reads the answer', async () => {
    const target = await start(answer(202, 'thanks', { 'retry-after': '7' }));
    const result = await sender(['127.0.0.1']).send(post(`${target.url}/hook?key=1`));
    expect(result).toEqual({ answered: true, status: 202, body: 'thanks', retryAfter: '7' });
    expect(target.received).toMatchObject([
      { path: '/hook?key=1', body: '{"a":1}', headers: { 'content-type': 'application/json' } },
    ]);
  });

  it('takes the first of a header that is sent twice', async () => {
    const target = await start((_request, response) => {
      response.writeHead(429, ['Retry-After', '7', 'Retry-After', '8']).end();
    });
    expect(await sender(['127.0.0.1']).send(post(target.url))).toMatchObject({ retryAfter: '7' });
  });

  it('never follows a redirect', async () => {
    const inside = await start(answer(200));
    const target = await start(answer(307, '', { location: `${inside.url}/admin` }));
    expect(await sender(['127.0.0.1']).send(post(target.url))).toMatchObject({ status: 307 });
    expect(inside.received).toEqual([]);
  });

  it('uses no proxy, whatever the environment says', async () => {
    const proxy = await start(answer(200, 'proxy'));
    const target = await start(answer(200, 'target'));
    const before = process.env['HTTP_PROXY'];
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = proxy.url;
    cleanups.push(() => {
      delete process.env['http_proxy'];
      if (before === undefined) delete process.env['HTTP_PROXY'];
      else process.env['HTTP_PROXY'] = before;
    });
    expect(await sender(['127.0.0.1']).send(post(target.url))).toMatchObject({ body: 'target' });
    expect(proxy.received).toEqual([]);
  });

  it('reads at most 16 KB of an endless answer', async () => {
    let closed: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const target = await start((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more).on('close', closed);
      more();
    });
    const result = await sender(['127.0.0.1']).send(post(target.url));
    expect(result).toMatchObject({ answered: true, status: 200, body: 'x'.repeat(16_384) });
    await gone;
  });

  it.each<[string, Respond]>([
    ['before an answer', hang],
    [
      'in the middle of the headers',
      (_request, response) => void response.socket?.write('HTTP/1.1 200 OK\r\nx: '),
    ],
  ])('gives up a target that hangs %s', async (_when, respond) => {
    const target = await start(respond);
    const result = await sender(['127.0.0.1'], undefined, 300).send(post(target.url));
    expect(result).toEqual({ answered: false, error: 'no answer within 300 ms' });
  });

  it('takes the status of an answer whose body never ends', async () => {
    const target = await start((_request, response) => void response.writeHead(200).write('o'));
    // The status must have come until then.
    const result = await sender(['127.0.0.1'], undefined, 3_000).send(post(target.url));
    expect(result).toMatchObject({ answered: true, status: 200, body: 'o' });
  });

  it('refuses an answer with too many headers', async () => {
    const target = await start(answer(200, '', { x: 'y'.repeat(40_000) }));
    expect(await sender(['127.0.0.1']).send(post(target.url))).toEqual({
      answered: false,
      error: 'the answer has too many headers',
    });
  });

  it('says what is wrong with the connection', async () => {
    const target = await start(answer(200));
    const { url } = target;
    await target.stop();
    expect(await sender(['127.0.0.1']).send(post(url))).toEqual({
      answered: false,
      error: 'the connection was refused',
    });

    const noise = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => noise.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => noise.close());
    const { port } = noise.address() as AddressInfo;
    expect(await sender(['127.0.0.1']).send(post(`http://127.0.0.1:${port}/`))).toEqual({
      answered: false,
      error: 'the answer is not HTTP',
    });
  });

  it('does not talk to a server whose certificate nobody trusts', async () => {
    let requests = 0;
    const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await sender(['127.0.0.1']).send(post(`https://127.0.0.1:${port}/`))).toEqual({
      answered: false,
      error: expect.stringContaining('the connection is not secure'),
    });
    expect(requests).toBe(0);
  });
});

describe('the URL guard on every attempt', () => {
  it('refuses an address that was not opened', async () => {
    const target = await start(answer(200));
    const result = await sender([]).send(post(target.url));
    expect(result).toEqual({ answered: false, error: 'refused: leads to a loopback address' });
    expect(target.received).toEqual([]);
  });

  it('refuses a name that is rebound to an inside address', async () => {
    const outside = await start(answer(200, '', { connection: 'close' }), '127.0.0.1');
    const dns = await RebindingDns.start({ 'evil.example': [['127.0.0.1'], ['127.0.0.2']] });
    cleanups.push(() => dns.stop());
    const guarded = sender(['127.0.0.1'], dns.resolve);
    const url = `http://evil.example:${outside.port}/`;

    expect(await guarded.send(post(url))).toMatchObject({ answered: true, status: 200 });
    expect(await guarded.send(post(url))).toEqual({
      answered: false,
      error: 'refused: leads to a loopback address',
    });
    expect(outside.received).toHaveLength(1);
    expect(outside.received[0]?.headers.host).toBe(`evil.example:${outside.port}`);
  });

  it('dials the very address that it checked', async () => {
    const outside = await start(answer(200), '127.0.0.1');
    // Every question after the first is answered with another address: it must not be asked.
    const dns = await RebindingDns.start({ 'evil.example': [['127.0.0.1'], ['127.0.0.2']] });
    cleanups.push(() => dns.stop());
    const result = await sender(['127.0.0.1'], dns.resolve).send(
      post(`http://evil.example:${outside.port}/`),
    );
    expect(result).toMatchObject({ answered: true });
    expect(dns.questions).toEqual(['evil.example']);
  });

  it('refuses a name with one inside address among others', async () => {
    const target = await start(answer(200));
    const resolve = async () => ['127.0.0.1', '10.0.0.1'];
    expect(await sender(['127.0.0.1'], resolve).send(post(`http://evil.example:${target.port}/`))).toEqual({
      answered: false,
      error: 'refused: leads to a private address',
    });
    expect(target.received).toEqual([]);
  });

  it('dials a local name only where it leads to an opened network', async () => {
    const target = await start(answer(200));
    const url = (host: string) => post(`http://${host}:${target.port}/`);
    expect(await sender(['127.0.0.0/8'], async () => ['127.0.0.1']).send(url('app.internal'))).toMatchObject({
      answered: true,
    });
    expect(await sender(['127.0.0.0/8'], async () => ['8.8.8.8']).send(url('app.internal'))).toEqual({
      answered: false,
      error: 'refused: leads to a local name',
    });
    expect(await sender(['127.0.0.0/8']).send(url('localhost'))).toMatchObject({ answered: true });
    expect(await sender(['10.0.0.0/8']).send(url('localhost'))).toMatchObject({ answered: false });
  });

  it('says that a name does not resolve', async () => {
    const dns = await RebindingDns.start({});
    cleanups.push(() => dns.stop());
    expect(await sender([], dns.resolve).send(post('http://nowhere.example/'))).toEqual({
      answered: false,
      error: 'the name does not resolve',
    });
  });
});
