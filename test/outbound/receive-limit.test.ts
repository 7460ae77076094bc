import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InformationalFilter } from '../../src/outbound/informational.js';
import { HttpSender, type HttpResult } from '../../src/outbound/http-sender.js';
import { pour, RawTarget, trickle } from './support/raw-target.js';
import { CERTIFICATE, KEY } from './support/self-signed.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const TOO_MUCH = { answered: false, error: 'sent 128 KB, and no answer among them' };
/** What the operating system takes from a target before anybody reads it; without a limit it would be gigabytes. */
const BUFFERED = 32 * 1024 * 1024;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(speak: (socket: Socket) => void, secure = false): Promise<RawTarget> {
  const target = await RawTarget.start(speak, secure ? { key: KEY, cert: CERTIFICATE } : undefined);
  cleanups.push(() => target.stop());
  return target;
}

function sender(scheme = 'http'): (target: RawTarget) => Promise<HttpResult> {
  const made = new HttpSender({ allowNetworks: ['127.0.0.1'], timeoutMs: 20_000 });
  cleanups.push(() => made.onApplicationShutdown());
  return ({ port }) => made.send({ url: `${scheme}://127.0.0.1:${port}/`, headers: {}, body: '{}' });
}

/** Sends from a process that trusts the certificate of these tests. */
function secureSender(): (target: RawTarget) => Promise<HttpResult> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-tls-'));
  writeFileSync(join(folder, 'ca.pem'), CERTIFICATE);
  const program = ['--import', './test/support/typescript.mjs', 'test/outbound/support/sender-process.ts'];
  const child = spawn(process.execPath, program, {
    env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  cleanups.push(() => {
    child.kill();
    rmSync(folder, { recursive: true });
  });
  return async ({ port }) => {
    child.stdin.write(`https://127.0.0.1:${port}/\n`);
    return JSON.parse((await lines.next()).value as string) as HttpResult;
  };
}

/** What a target may go on with for ever, and what comes of it. */
const FLOODS: [what: string, first: string, rest: string, result: object][] = [
  ['informational answers', '', HINTS, TOO_MUCH],
  ['continues', '', CONTINUE, TOO_MUCH],
  ['headers of an informational answer', 'HTTP/1.1 103 Early Hints\r\n', 'Link: x\r\n', TOO_MUCH],
  ['empty lines before an answer', '', '\r\n', TOO_MUCH],
  ['a chunk extension', `${CHUNKED}1;`, 'a', { answered: true, status: 200, body: '' }],
  ['chunks of a byte', CHUNKED, '1\r\nx\r\n', { answered: true, status: 200 }],
  ['trailers', `${CHUNKED}0\r\n`, 'X: y\r\n', { answered: true, status: 200, body: '' }],
  ['a body', 'HTTP/1.1 200 OK\r\n\r\n', 'x', { answered: true, status: 200, body: 'x'.repeat(16_384) }],
  ['headers', 'HTTP/1.1 200 OK\r\n', 'X: y\r\n', { error: 'the answer has too many headers' }],
];

describe('an answer without an end', () => {
  it.each(FLOODS)('%s', async (_what, first, rest, result) => {
    const target = await start(pour(first, rest));
    expect(await sender()(target)).toMatchObject(result);
    expect(await target.taken()).toBeLessThan(BUFFERED);
  });

  it('the same, encrypted', async () => {
    const send = secureSender();
    for (const [what, first, rest, result] of FLOODS) {
      const target = await start(pour(first, rest), true);
      expect([what, await send(target)]).toMatchObject([what, result]);
      expect(await target.taken()).toBeLessThan(BUFFERED);
    }
  });

  it('a handshake', async () => {
    // "Hello request", which a client that is shaking hands already has to ignore.
    const target = await start(pour('', '\x16\x03\x03\x00\x04\x00\x00\x00\x00'));
    expect(await sender('https')(target)).toEqual(TOO_MUCH);
    expect(await target.taken()).toBeLessThan(BUFFERED);
  });

  it('a connection that goes on after its answer', async () => {
    const send = sender();
    const target = await start(pour(OK, '\r\n'));
    for (let round = 0; round < 3; round += 1) {
      expect(await send(target)).toMatchObject({ answered: true, status: 200, body: 'ok' });
      expect(await target.taken()).toBeLessThan(BUFFERED * (round + 1));
    }
  });

  it('a small one that unpacks to a large one is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024)).subarray(0, 1_000);
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    const target = await start((socket) => void socket.write(Buffer.concat([Buffer.from(head), bomb])));
    expect(await sender()(target)).toMatchObject({ status: 200, body: bomb.toString() });
  });
});

describe('what is said before an answer', () => {
  it.each([
    ['100', CONTINUE],
    ['103', HINTS],
    ['all sorts', `HTTP/1.0 100 \r\n\r\n${HINTS}${CONTINUE}HTTP/1.1 199 Whatever\r\n\r\n`],
  ])('counts as nothing: %s', async (_what, before) => {
    const send = sender();
    for (const speak of [(socket: Socket) => void socket.write(before + OK), trickle(before + OK)]) {
      const target = await start(speak);
      // The second time on the same connection.
      for (let round = 0; round < 2; round += 1)
        expect(await send(target)).toMatchObject({ answered: true, status: 200, body: 'ok' });
    }
  });

  it('counts as nothing when it is encrypted', async () => {
    const target = await start((socket) => void socket.write(CONTINUE + HINTS + OK), true);
    const send = secureSender();
    for (let round = 0; round < 2; round += 1)
      expect(await send(target)).toMatchObject({ answered: true, status: 200, body: 'ok' });
    expect(target.requests).toBe(2);
  });

  it('is no answer when nothing follows', async () => {
    const target = await start((socket) => void socket.end(CONTINUE));
    expect(await sender()(target)).toMatchObject({ error: 'the connection was closed before an answer' });
  });

  it('does not change the protocol', async () => {
    const target = await start((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');
    });
    expect(await sender()(target)).toMatchObject({ answered: false });
  });
});

describe('InformationalFilter', () => {
  const informational = fc
    .tuple(fc.constantFrom(100, 102, 103, 150, 199), fc.array(fc.stringMatching(/^[a-z]{1,5}: [ -~]{0,9}$/)))
    .map(([status, headers]) => ['HTTP/1.1 ' + status, ...headers, '', ''].join('\r\n'));
  const answer = fc.constantFrom(
    OK,
    'HTTP/1.0 101 Upgrade\r\n\r\n',
    'SSH-2.0',
    'H',
    '',
    '\r\n',
    'HTTP/1.1 2',
  );

  it('leaves the answer as it is, wherever the bytes are divided', () => {
    fc.assert(
      fc.property(fc.array(informational), answer, fc.array(fc.nat(40)), (before, last, sizes) => {
        const filter = new InformationalFilter();
        let left = Buffer.from(before.join('') + last);
        let passed = '';
        for (const size of [...sizes, left.length]) {
          const chunk = left.subarray(0, size);
          left = left.subarray(size);
          passed += filter.take(chunk)?.toString() ?? '';
        }
        // A beginning that may become informational yet is kept until that is known.
        expect(['H', 'HTTP/1.1 2'].includes(last) ? [last, ''] : [last]).toContain(passed);
        filter.expect();
        expect(filter.take(Buffer.from(CONTINUE + OK))?.toString()).toBe(OK);
      }),
    );
  });
});
