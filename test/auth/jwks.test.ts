import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { fetchJson } from '../../src/auth/fetch-json.js';
import { Jwks } from '../../src/auth/jwks.js';
import { signingKey, startProvider, type Provider } from './support/provider.js';

const MINUTE = 60_000;

describe('the keys of an identity provider', () => {
  const [first, second] = [signingKey('first'), signingKey('second')];
  const curve = signingKey('curve', 'ES256');
  let provider: Provider;
  let now: number;
  let changes: number;
  let jwks: Jwks;

  beforeEach(async () => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    provider = await startProvider(first, curve);
    [now, changes] = [0, 0];
    jwks = new Jwks(
      provider.url,
      () => (changes += 1),
      () => now,
    );
  });
  afterEach(async () => {
    await provider.close();
    jest.restoreAllMocks();
  });

  /** Which of our keys it found. */
  async function find(alg: 'RS256' | 'ES256', kid: string | undefined): Promise<string | undefined> {
    const found = await jwks.keyFor(alg, kid);
    return [first, second, curve].find(({ publicKey }) => found && publicKey.equals(found))?.kid;
  }
  const refused = async (kid: string) => jwks.keyFor('RS256', kid).catch((error) => error.code);
  /** Lets a fetch behind the requests' back come to its end. */
  async function settled(requests: number): Promise<void> {
    while (provider.requests < requests) await new Promise((resolve) => setTimeout(resolve, 1));
    // Joins the fetch that is under way.
    await jwks.keyFor('RS256', 'unknown').catch(() => undefined);
  }

  it('are fetched once, and made ready once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => jwks.keyFor('RS256', 'first')));
    expect(provider.requests).toBe(1);
    expect(new Set(keys).size).toBe(1);
    expect(await jwks.keyFor('RS256', 'first')).toBe(keys[0]);
    expect(await find('ES256', 'curve')).toBe('curve');
    expect(provider.requests).toBe(1);
  });

  it('are asked for an unknown kid at most once in ten seconds', async () => {
    expect(await find('RS256', 'first')).toBe('first');
    provider.publish(first, second);
    now += 9_999;
    expect(await find('RS256', 'second')).toBeUndefined();
    expect(provider.requests).toBe(1);
    now += 1;
    const found = await Promise.all(Array.from({ length: 20 }, () => find('RS256', 'second')));
    expect(new Set(found)).toEqual(new Set(['second']));
    expect(provider.requests).toBe(2);
    for (let i = 0; i < 100; i += 1) expect(await find('RS256', `made up ${i}`)).toBeUndefined();
    expect(provider.requests).toBe(2);
  });

  it('are replaced behind the back of requests when they are old', async () => {
    await find('RS256', 'first');
    provider.publish(second);
    now += 5 * MINUTE + 1;
    expect(await find('RS256', 'first')).toBe('first');
    await settled(2);
    expect(changes).toBe(1);
    expect(await find('RS256', 'first')).toBeUndefined();
    expect(await find('RS256', 'second')).toBe('second');
    expect(provider.requests).toBe(2);
  });

  it('are waited for when they are very old', async () => {
    await find('RS256', 'first');
    provider.publish(second);
    now += 15 * MINUTE + 1;
    expect(await find('RS256', 'first')).toBeUndefined();
    expect(changes).toBe(1);
  });

  it('do not count as changed when they are the same', async () => {
    await find('RS256', 'first');
    const key = await jwks.keyFor('RS256', 'first');
    now += 15 * MINUTE + 1;
    expect(await jwks.keyFor('RS256', 'first')).toBe(key);
    expect([provider.requests, changes]).toEqual([2, 0]);
  });

  const failures: [string, (provider: Provider) => void][] = [
    ['hangs up', (it) => (it.answer = (response) => void response.destroy())],
    ['answers 500', (it) => (it.answer = (response) => response.writeHead(500).end('{"keys":[]}'))],
    ['redirects', (it) => (it.answer = (response) => response.writeHead(302, { location: it.url }).end())],
    ['answers HTML', (it) => (it.answer = (response) => response.end('<html>'))],
    ['answers JSON of another kind', (it) => (it.answer = (response) => response.end('{"keys":"none"}'))],
    ['answers null', (it) => (it.answer = (response) => response.end('null'))],
    ['answers without an end', (it) => (it.answer = (response) => response.end('['.repeat(600 * 1024)))],
  ];

  it.each(failures)('go on working while the provider %s', async (_, fail) => {
    await find('RS256', 'first');
    fail(provider);
    now += 24 * 60 * MINUTE;
    expect(await find('RS256', 'first')).toBe('first');
    expect(await refused('unknown')).toBe('unavailable');
    expect([provider.requests, changes]).toEqual([2, 0]);
    now += 9_999;
    expect(await refused('unknown')).toBe('unavailable');
    expect(provider.requests).toBe(2);
    provider.publish(first, second);
    now += 1;
    expect(await find('RS256', 'second')).toBe('second');
    expect(await find('RS256', 'unknown')).toBeUndefined();
  });

  it.each(failures)('are not known when the provider %s from the start', async (_, fail) => {
    fail(provider);
    await expect(jwks.keyFor('RS256', 'first')).rejects.toMatchObject({
      code: 'unavailable',
      retryAfter: 10,
    });
    expect(await refused('first')).toBe('unavailable');
    expect(provider.requests).toBe(1);
    provider.publish(first);
    now += 10_000;
    expect(await find('RS256', 'first')).toBe('first');
  });

  it('keep working without a wait while the provider hangs', async () => {
    await find('RS256', 'first');
    let hanging = 0;
    provider.answer = () => (hanging += 1);
    now += 6 * MINUTE;
    expect(await find('RS256', 'first')).toBe('first');
    expect(await find('ES256', 'curve')).toBe('curve');
    while (hanging === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(hanging).toBe(1);
  });

  it.each([
    ['for another use', { use: 'enc' }],
    ['for another algorithm', { alg: 'RS512' }],
    ['for signing only', { key_ops: ['sign'] }],
    ['of another type', { kty: 'EC' }],
    ['that is a secret', { kty: 'oct', k: 'c2VjcmV0' }],
    ['that is broken', { n: '!', e: 7 }],
    ['that is empty', { n: undefined }],
  ])('do not include one %s', async (_, change) => {
    provider.publish({ ...first.jwk, ...change });
    expect(await jwks.keyFor('RS256', 'first')).toBeUndefined();
  });

  it('do not include a private key, one that is too short, or one of several with the same name', async () => {
    const short = signingKey('short', 'RS256', 1024);
    const { n, e } = first.jwk;
    const secret = { kty: 'RSA', kid: 'private', n, e, d: n };
    provider.publish(short, secret, first, { ...second.jwk, kid: 'first' });
    expect(await jwks.keyFor('RS256', 'short')).toBeUndefined();
    expect(await jwks.keyFor('RS256', 'private')).toBeUndefined();
    expect(await jwks.keyFor('RS256', 'first')).toBeUndefined();
  });

  it('need no name while there is only one that fits', async () => {
    expect(await find('RS256', undefined)).toBe('first');
    expect(await find('ES256', undefined)).toBe('curve');
    expect(await find('ES256', 'first')).toBeUndefined();
    provider.publish(first, second);
    now += 16 * MINUTE;
    expect(await find('RS256', undefined)).toBeUndefined();
  });
});

describe('fetching them', () => {
  it('ends when the provider hangs before, or in, its answer', async () => {
    const provider = await startProvider();
    provider.answer = () => undefined;
    await expect(fetchJson(provider.url, 50)).rejects.toMatchObject({ name: 'TimeoutError' });
    provider.answer = (response) => void response.write('{');
    await expect(fetchJson(provider.url, 50)).rejects.toMatchObject({ name: 'TimeoutError' });
    await provider.close();
  });
});
