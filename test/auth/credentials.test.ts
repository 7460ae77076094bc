import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeApiKey, hashOf, hintOf, isApiKey } from '../../src/auth/api-key.js';
import { isUserId, readClaims } from '../../src/auth/claims.js';
import { cookieValue } from '../../src/auth/cookie.js';
import { apiKeyOf, tokenOf } from '../../src/auth/credentials.js';

describe('which credential of a request counts', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.e30.sig';
  it.each([
    [{}, undefined, undefined],
    [{ authorization: `Bearer ${jwt}` }, undefined, { token: jwt, via: 'bearer' }],
    [{ authorization: `bearer ${jwt}` }, undefined, { token: jwt, via: 'bearer' }],
    [{ authorization: `BEARER \t ${jwt} ` }, undefined, { token: jwt, via: 'bearer' }],
    [{ cookie: `token=${jwt}` }, undefined, { token: jwt, via: 'cookie' }],
    // A Bearer header decides, whatever is in it.
    [{ authorization: 'Bearer bad', cookie: `token=${jwt}` }, undefined, { token: 'bad', via: 'bearer' }],
    [{ authorization: 'Bearer', cookie: `token=${jwt}` }, undefined, { token: '', via: 'bearer' }],
    [{ authorization: 'Bearer ', cookie: `token=${jwt}` }, undefined, { token: '', via: 'bearer' }],
    // Other schemes are somebody else's.
    [{ authorization: 'Basic eDp5', cookie: `token=${jwt}` }, undefined, { token: jwt, via: 'cookie' }],
    [{ authorization: `Bearerx ${jwt}` }, undefined, undefined],
    [{ authorization: jwt }, undefined, undefined],
    // Keys.
    [{ 'x-api-key': 'crl_x' }, 'crl_x', undefined],
    [{ 'x-api-key': '' }, '', undefined],
    [
      { 'x-api-key': 'nonsense', authorization: 'Bearer crl_y' },
      'nonsense',
      { token: 'crl_y', via: 'bearer' },
    ],
    [{ authorization: 'Bearer crl_y' }, 'crl_y', { token: 'crl_y', via: 'bearer' }],
    [{ authorization: 'Bearer CRL_y' }, undefined, { token: 'CRL_y', via: 'bearer' }],
    [{ cookie: 'token=' }, undefined, undefined],
    [{ cookie: 'token' }, undefined, undefined],
  ])('%j', (headers, key, token) => {
    expect(apiKeyOf(headers)).toBe(key);
    expect(tokenOf(headers, 'token')).toEqual(token);
  });
});

describe('a cookie', () => {
  it.each([
    ['token=a', 'a'],
    ['token="a"', 'a'],
    ['token=a; token=b', 'a'],
    ['x=1; token=a; y=2', 'a'],
    ['x=1;token=a;y=2', 'a'],
    ['x=1;\t token=a ;y=2', 'a'],
    ['xtoken=b; token=a', 'a'],
    ['x=token=b; token=a', 'a'],
    ['tokentoken=b; token=a', 'a'],
    ['x token=b', undefined],
    ['token =a', undefined],
    ['Token=a', undefined],
    ['token=%zz', '%zz'],
    ['token="', '"'],
    ['token==a=', '=a='],
    ['token=', ''],
    ['token', undefined],
    [';;;', undefined],
    ['=', undefined],
    ['', undefined],
  ])('%s', (header, value) => {
    expect(cookieValue(header, 'token')).toBe(value);
  });

  it('is found among any others, and nothing makes it throw', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    const value = fc.stringMatching(/^[\w.=-]{0,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), name, (cookies, wanted) => {
        const header = cookies.map(([key, text]) => `${key}=${text}`).join('; ');
        expect(cookieValue(header, wanted)).toBe(cookies.find(([key]) => key === wanted)?.[1]);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name, (header, wanted) => void cookieValue(header, wanted)),
    );
  });

  it('is found in a header of the greatest size without taking its square in time', () => {
    // Node takes headers of 16 KB in all; this one is seventy times that.
    expect(cookieValue('token;'.repeat(200_000) + 'token=a', 'token')).toBe('a');
    expect(cookieValue(' '.repeat(16_000) + 'token=a', 'token')).toBe('a');
  });
});

describe('a user id', () => {
  it.each([
    ['a', true],
    ['user_2x', true],
    [' ', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['🔔'.repeat(128), true],
    ['🔔'.repeat(129), false],
    ['', false],
    ['a\0b', false],
    ['\ud800', false],
    [null, false],
    [undefined, false],
    [7, false],
    [['a'], false],
    [{ toString: 'a' }, false],
  ])('%j', (sub, good) => {
    expect(isUserId(sub)).toBe(good);
    expect(readClaims({ sub })).toEqual(
      good ? { userId: sub } : { problem: expect.stringContaining('"sub"') },
    );
  });

  it('comes with the time until which it is believed', () => {
    expect(readClaims({ sub: 'a', exp: 12 })).toEqual({ userId: 'a', expiresAt: 12_000 });
    expect(readClaims({ sub: 'a', exp: 1e300 })).toEqual({ userId: 'a', expiresAt: 8.64e15 });
    for (const payload of ['a', null, 7, true, ['a']]) {
      expect(readClaims(payload)).toEqual({ problem: 'its payload is not a JSON object' });
    }
  });
});

describe('an API key', () => {
  it('is random, recognised by its form, and stored as what does not give it away', () => {
    const keys = Array.from({ length: 100 }, makeApiKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) {
      expect(isApiKey(key)).toBe(true);
      expect(key.startsWith(hintOf(key))).toBe(true);
      expect(hintOf(key)).toHaveLength(8);
      expect(hashOf(key)).toHaveLength(32);
    }
  });

  it.each([
    '',
    'crl_',
    `crl_${'a'.repeat(42)}`,
    `crl_${'a'.repeat(44)}`,
    `crl_${'a'.repeat(42)}/`,
    'x'.repeat(47),
  ])('is not %j', (text) => expect(isApiKey(text)).toBe(false));
});
