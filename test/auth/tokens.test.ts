import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  ConflictException,
  ForbiddenException,
  Logger,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import jwt from 'jsonwebtoken';
import supertest from 'supertest';
import { mintDevelopmentToken } from '../../src/auth/development-token.js';
import { notFound } from '../../src/common/errors.js';
import { TokenCache } from '../../src/auth/user-authenticator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { SECRET, startAuthApp, type AuthApp } from './support/app.js';
import { signingKey, startProvider, type Provider } from './support/provider.js';

const CLAIMS = { iss: 'https://issuer.example', aud: 'carillon' };
const MINUTE = 60_000;
const seconds = () => Math.floor(Date.now() / 1000);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token put together by hand, for what no library signs. */
function forge(header: object, payload: unknown, key: string | Buffer = SECRET): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

describe('a user', () => {
  const rsa = signingKey('rsa');
  const curve = signingKey('curve', 'ES256');
  const stranger = signingKey('rsa');
  let database: TestDatabase;
  let provider: Provider;
  let server: AuthApp;
  let cache: TokenCache;

  beforeAll(async () => {
    database = await createTestDatabase();
    provider = await startProvider(rsa, curve);
    server = await startAuthApp(database.url, {
      auth: { jwksUrl: provider.url, issuer: CLAIMS.iss, audience: CLAIMS.aud, cookieName: 'session' },
      allowedOrigins: ['https://app.example.com'],
    });
    cache = server.app.get(TokenCache, { strict: false });
  });
  afterAll(async () => {
    await server.app.close();
    await provider.close();
    await database.drop();
  });
  afterEach(() => void jest.restoreAllMocks());

  const hs = (claims: object, options: jwt.SignOptions = {}) =>
    jwt.sign({ ...CLAIMS, sub: 'anna', exp: seconds() + 3600, ...claims }, SECRET, options);
  const get = (token: string) => supertest(server.url).get('/user').set('Authorization', `Bearer ${token}`);
  const refused = async (token: string, error: unknown = 'This needs valid credentials.') => {
    const { status, body, headers } = await get(token);
    expect({ status, code: body.code, error: body.error }).toEqual({
      status: 401,
      code: 'unauthenticated',
      error,
    });
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(headers['content-type']).toMatch('application/problem+json');
  };

  describe('signs in with a token', () => {
    it('of the shared secret, or of the provider', async () => {
      for (const token of [
        hs({}),
        rsa.sign({ ...CLAIMS, sub: 'anna' }),
        curve.sign({ ...CLAIMS, sub: 'anna' }),
      ]) {
        await get(token).expect(200, { id: 'anna' });
        // From the cache.
        await get(token).expect(200, { id: 'anna' });
      }
    });

    it('in any of its allowed forms', async () => {
      await get(hs({ sub: 'ünïcödé 🔔 id' })).expect(200, { id: 'ünïcödé 🔔 id' });
      await get(hs({ sub: 'x'.repeat(128) })).expect(200);
      await get(hs({ aud: ['other', 'carillon'] })).expect(200);
      await get(rsa.sign({ ...CLAIMS, sub: 'anna' }, { kid: undefined })).expect(200);
      await get(jwt.sign({ ...CLAIMS, sub: 'anna' }, SECRET)).expect(200);
    });

    it('and is told when it expires, and how it came', async () => {
      const exp = seconds() + 60;
      const user = { kind: 'user', userId: 'anna', expiresAt: exp * 1000 };
      const post = () => supertest(server.url).post('/user');
      const token = hs({ exp });
      await post()
        .set('Authorization', `Bearer ${token}`)
        .expect(201, { ...user, via: 'bearer' });
      await post()
        .set('Cookie', `session=${token}`)
        .expect(201, { ...user, via: 'cookie' });
      await post()
        .set('Cookie', `x="; session="${token}"; =;; y`)
        .expect(201, { ...user, via: 'cookie' });
    });
  });

  describe('is refused with a token', () => {
    it.each<[string, () => string]>([
      ['that is none', () => 'nonsense'],
      ['that is empty', () => ''],
      ['of two parts', () => 'e30.e30'],
      ['of dots', () => '..'],
      [
        'of another secret',
        () => jwt.sign({ ...CLAIMS, sub: 'anna' }, 'another secret of 32 characters and more'),
      ],
      [
        'changed after it was signed',
        () => hs({}).replace(/\.[^.]+\./, `.${encode({ ...CLAIMS, sub: 'bob' })}.`),
      ],
      ['without its signature', () => hs({}).replace(/[^.]+$/, '')],
      ['with another signature', () => hs({}).replace(/.{10}$/, 'AAAAAAAAAA')],
      ['unsigned', () => jwt.sign({ ...CLAIMS, sub: 'anna' }, null, { algorithm: 'none' })],
      ['unsigned, in another spelling', () => `${encode({ alg: 'nOnE' })}.${encode({ sub: 'anna' })}.`],
      ['unsigned, with a signature', () => forge({ alg: 'none' }, { ...CLAIMS, sub: 'anna' })],
      ['of another HMAC', () => hs({}, { algorithm: 'HS512' })],
      ['that says no algorithm', () => forge({ typ: 'JWT' }, { ...CLAIMS, sub: 'anna' })],
      ['whose algorithm is no text', () => forge({ alg: ['HS256'] }, { ...CLAIMS, sub: 'anna' })],
      [
        'with a critical extension',
        () => forge({ alg: 'HS256', crit: ['b64'], b64: false }, { ...CLAIMS, sub: 'a' }),
      ],
      ['of somebody with the same kid', () => stranger.sign({ ...CLAIMS, sub: 'anna' })],
      ['with the kid of another key', () => rsa.sign({ ...CLAIMS, sub: 'anna' }, { kid: 'curve' })],
      ['with an unknown kid', () => rsa.sign({ ...CLAIMS, sub: 'anna' }, { kid: 'unknown' })],
      ['whose kid is no text', () => forge({ alg: 'RS256', kid: { a: 1 } }, { ...CLAIMS, sub: 'anna' })],
      ['whose kid is a path', () => rsa.sign({ ...CLAIMS, sub: 'anna' }, { kid: '../../../dev/null' })],
      ['that has expired', () => hs({ exp: seconds() - 6 })],
      ['that is good later', () => hs({ nbf: seconds() + 60 })],
      ['whose expiry is no number', () => forge({ alg: 'HS256' }, { ...CLAIMS, sub: 'anna', exp: 'never' })],
      ['whose expiry is null', () => forge({ alg: 'HS256' }, { ...CLAIMS, sub: 'anna', exp: null })],
      ['whose beginning is no number', () => forge({ alg: 'HS256' }, { ...CLAIMS, sub: 'anna', nbf: '0' })],
      ['of another issuer', () => hs({ iss: 'https://issuer.example/' })],
      ['of no issuer', () => hs({ iss: undefined })],
      ['for another audience', () => hs({ aud: 'carillon2' })],
      ['for no audience', () => hs({ aud: [] })],
      ['whose payload is null', () => forge({ alg: 'HS256' }, null)],
      ['whose payload is text', () => forge({ alg: 'HS256' }, 'anna')],
      ['whose payload is a list', () => forge({ alg: 'HS256' }, ['anna'])],
      ['whose header is null', () => forge({ toJSON: () => null }, { sub: 'anna' })],
      ['that is far too long', () => hs({ more: 'x'.repeat(9_000) })],
    ])('%s', async (_, make) => {
      const token = make();
      await refused(token);
      // Nor the second time, from any cache.
      await refused(token);
    });

    it.each<[string, unknown, string]>([
      ['without a user', undefined, 'it has no "sub", which names the user'],
      ['of an empty user', '', 'its "sub" must not be empty'],
      ['of a user with too long an id', 'x'.repeat(129), 'its "sub" must have at most 128 characters'],
      ['of a number', 7, 'its "sub" is of type number; RFC 7519 has a string there, such as "17"'],
      ['of a truth value', true, 'its "sub" is of type boolean'],
      ['of a list', ['anna'], 'its "sub" is a list'],
      ['of an object', { $ne: '' }, 'its "sub" is of type object'],
      ['of null', null, 'its "sub" is null'],
      ['of a user with NUL', 'an\0na', 'its "sub" must'],
      ['of a user with half a character', 'a\ud800', 'its "sub" must'],
    ])('%s that is rightly signed, which says what is wrong', async (_, sub, problem) => {
      const token = forge({ alg: 'HS256', typ: 'JWT' }, { ...CLAIMS, sub });
      await refused(token, expect.stringContaining(`The token is signed rightly, but ${problem}`));
      // A stranger is told nothing.
      await refused(forge({ alg: 'HS256', typ: 'JWT' }, { ...CLAIMS, sub }, 'another secret'));
    });

    it('whose payload under the right key is any JSON at all, and goes on answering', async () => {
      const any = fc.oneof(
        fc.jsonValue(),
        fc.record(
          { sub: fc.jsonValue(), exp: fc.jsonValue(), nbf: fc.jsonValue(), iat: fc.jsonValue() },
          { requiredKeys: [] },
        ),
      );
      await fc.assert(
        fc.asyncProperty(any, fc.constantFrom('JWT', undefined, null, 7), async (payload, typ) => {
          const { status } = await get(forge({ alg: 'HS256', typ }, payload));
          expect(status).toBe(401);
        }),
        {
          numRuns: 300,
          examples: [
            [null, 'JWT'],
            [[], 'JWT'],
            [{ exp: 1e308, nbf: -1e308 }, 'JWT'],
          ],
        },
      );
      await get(hs({})).expect(200);
    });

    // The public key is public: whoever takes it for a secret lets everybody sign.
    it('signed with a public key as if it were a secret', async () => {
      const { publicKey } = rsa;
      const forms = [
        publicKey.export({ format: 'pem', type: 'spki' }).toString(),
        publicKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
        publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(rsa.jwk),
      ];
      for (const key of forms) {
        await refused(forge({ alg: 'HS256', kid: 'rsa' }, { ...CLAIMS, sub: 'anna' }, key));
        await refused(forge({ alg: 'RS256', kid: 'rsa' }, { ...CLAIMS, sub: 'anna' }, key));
      }
    });

    it('of an algorithm that is not configured', async () => {
      const secretOnly = await startAuthApp(database.url);
      const providerOnly = await startAuthApp(database.url, {
        auth: { jwtSecret: undefined, jwksUrl: provider.url },
      });
      const status = async (url: string, token: string) =>
        (await supertest(url).get('/user').set('Authorization', `Bearer ${token}`)).status;
      expect(await status(secretOnly.url, hs({}))).toBe(200);
      expect(await status(secretOnly.url, rsa.sign({ sub: 'anna' }))).toBe(401);
      expect(await status(providerOnly.url, hs({}))).toBe(401);
      expect(await status(providerOnly.url, forge({ alg: 'HS256' }, { sub: 'anna' }, ''))).toBe(401);
      expect(await status(providerOnly.url, rsa.sign({ sub: 'anna' }))).toBe(200);
      // Each application in a process has its own strategy.
      expect(await status(server.url, hs({ iss: 'another' }))).toBe(401);
      await secretOnly.app.close();
      await providerOnly.app.close();
    });
  });

  it('is nobody without credentials, whatever the headers look like', async () => {
    const sets: Record<string, string>[] = [
      {},
      { Authorization: 'Basic YTpi' },
      { Authorization: 'Bearer' },
      { Cookie: 'token=x' },
      { Cookie: `${';'.repeat(4_000)}` },
      { Cookie: `${'session='.repeat(1_500)}` },
      { Cookie: 'session=%E0%A4%A; session' },
      { Cookie: '\xff\xfe=\xff; =\x80' },
      { 'X-API-Key': '' },
      { 'X-API-Key': 'crl_'.repeat(2_500) },
      { Authorization: `Bearer ${'a.'.repeat(6_000)}` },
    ];
    for (const headers of sets) {
      const { status } = await supertest(server.url).get('/user').set(headers);
      expect({ headers, status }).toEqual({ headers, status: 401 });
    }
  });

  it('is whom the Bearer header says, not whom the cookie says', async () => {
    const cookie = `session=${hs({ sub: 'bob' })}`;
    await get(hs({})).set('Cookie', cookie).expect(200, { id: 'anna' });
    await get('bad').set('Cookie', cookie).expect(401);
    await supertest(server.url).get('/user').set('Cookie', cookie).expect(200, { id: 'bob' });
    await supertest(server.url)
      .get('/user')
      .set({ Cookie: cookie, Authorization: 'Basic YTpi' })
      .expect(200, { id: 'bob' });
  });

  describe('over time', () => {
    it('is refused when the token has expired, cached or not', async () => {
      const exp = seconds() + 30;
      const [used, unused] = [hs({ exp }), hs({ exp, jti: 'another' })];
      await get(used).expect(200);
      const now = Date.now();
      const clock = jest.spyOn(Date, 'now').mockReturnValue(exp * 1000 + 4_000);
      // Within the tolerance for clocks that differ, and not kept for longer than that.
      await get(used).expect(200);
      clock.mockReturnValue(exp * 1000 + 5_000);
      await refused(used);
      await refused(unused);
      clock.mockReturnValue(now);
      await get(hs({ nbf: Math.floor(now / 1000) + 4 })).expect(200);
    });

    it('is not believed any longer when the provider withdraws the key', async () => {
      const now = performance.now();
      const clock = jest.spyOn(performance, 'now');
      const token = rsa.sign({ ...CLAIMS, sub: 'anna' });
      const next = signingKey('next');
      await get(token).expect(200);
      expect(cache.get(token)).toBeDefined();
      provider.publish(next);
      clock.mockReturnValue(now + 16 * MINUTE);
      // The new key's first use makes the provider be asked.
      await get(next.sign({ ...CLAIMS, sub: 'anna' })).expect(200);
      expect(cache.get(token)).toBeUndefined();
      await refused(token);
      // And the shared secret has nothing to do with it.
      await get(hs({})).expect(200);
      provider.publish(rsa, curve);
      clock.mockReturnValue(now + 40 * MINUTE);
      await get(token).expect(200);
    });

    it('goes on while the provider is down, but for keys that nobody here has seen', async () => {
      jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
      const now = performance.now();
      const clock = jest.spyOn(performance, 'now');
      provider.answer = (response) => void response.destroy();
      clock.mockReturnValue(now + 80 * MINUTE);
      cache.clear();
      await get(rsa.sign({ ...CLAIMS, sub: 'anna' })).expect(200);
      const { status, body, headers } = await get(signingKey('new').sign({ ...CLAIMS, sub: 'anna' }));
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
      expect(Number(headers['retry-after'])).toBe(10);
      await get(hs({})).expect(200);
      provider.publish(rsa, curve);
    });
  });

  it('can be given a token by hand', async () => {
    const auth = { jwtSecret: SECRET, issuer: CLAIMS.iss, audience: CLAIMS.aud, cookieName: 'session' };
    const token = mintDevelopmentToken(auth, 'anna');
    await get(token).expect(200, { id: 'anna' });
    const { exp = 0, iat = 0 } = jwt.decode(token, { json: true }) ?? {};
    expect(exp - iat).toBe(30 * 86_400);
    const short = jwt.decode(mintDevelopmentToken(auth, 'anna', 0.5), { json: true });
    expect((short?.exp ?? 0) - (short?.iat ?? 0)).toBe(43_200);
    expect(() => mintDevelopmentToken({ cookieName: 'x' }, 'anna')).toThrow('JWT_SECRET: is not set');
    expect(() => mintDevelopmentToken(auth, '')).toThrow('user: must not be empty');
    expect(() => mintDevelopmentToken(auth, 'anna', 0)).toThrow('days: must be more than 0');
  });

  describe('with a cookie', () => {
    const post = (headers: Record<string, string>) =>
      supertest(server.url)
        .post('/user')
        .set({ Cookie: `session=${hs({})}`, ...headers });

    it('may write from the own site and from allowed origins', async () => {
      await post({}).expect(201);
      await post({ 'Sec-Fetch-Site': 'same-origin' }).expect(201);
      await post({ 'Sec-Fetch-Site': 'same-site', Origin: 'https://app.example.com' }).expect(201);
      await post({ Origin: server.url }).expect(201);
      await post({ Origin: 'https://app.example.com' }).expect(201);
    });

    it('may not write from another site', async () => {
      const sets: Record<string, string>[] = [
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site', Origin: 'https://other.example.com' },
        { Origin: 'https://evil.example' },
        { Origin: 'null' },
        // Nobody's word for it but the sender's.
        { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' },
        { Origin: 'https://evil.example', 'X-HTTP-Method-Override': 'GET' },
      ];
      for (const headers of sets) {
        const { status, body } = await post(headers);
        expect({ headers, status, code: body.code }).toEqual({
          headers,
          status: 403,
          code: 'cross_site_request',
        });
      }
    });

    it('may read from anywhere, and with a Bearer header write from anywhere', async () => {
      const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
      const { url } = server;
      await supertest(url)
        .get('/user')
        .set({ ...headers, Cookie: `session=${hs({})}` })
        .expect(200);
      await supertest(url)
        .post('/user')
        .set({ ...headers, Authorization: `Bearer ${hs({})}` })
        .expect(201);
    });
  });

  describe('of a host application', () => {
    it('is whom the host says', async () => {
      const host = await startAuthApp(database.url, {}, async ({ headers }) => {
        const user = headers['x-user'];
        return typeof user === 'string' ? user : null;
      });
      const request = (headers: Record<string, string>) => supertest(host.url).post('/user').set(headers);
      await request({ 'X-User': 'anna' }).expect(201, { kind: 'user', userId: 'anna', via: 'host' });
      await request({}).expect(401);
      await request({ Authorization: `Bearer ${hs({})}` }).expect(401);
      await request({ 'X-User': 'x'.repeat(129) }).expect(500);
      await request({ 'X-User': 'anna', 'X-API-Key': 'crl_nonsense' }).expect(401);
      await supertest(host.url).post('/producer').set('X-User', 'anna').expect(403);
      await supertest(host.url).post('/producer').expect(401);
      await host.app.close();
    });

    it.each<[string, unknown, number, string]>([
      ['an error', new Error('the password is pw'), 500, 'internal'],
      ['null', null, 500, 'internal'],
      ['what Carillon itself throws elsewhere', notFound(), 500, 'internal'],
      ['a status of its own', Object.assign(new Error('pay'), { statusCode: 402 }), 500, 'internal'],
      ['a conflict', new ConflictException('pw'), 500, 'internal'],
      ['that nobody is signed in', new UnauthorizedException('pw'), 401, 'unauthenticated'],
      ['that the user is banned', new ForbiddenException('pw'), 403, 'user_not_allowed'],
      [
        'that the user is banned, in a copy of Nest of its own',
        Object.assign(new Error('pw'), { getStatus: () => 403 }),
        403,
        'user_not_allowed',
      ],
      ['a status that is none', Object.assign(new Error('pw'), { getStatus: 401 }), 500, 'internal'],
      ['that it is away', new ServiceUnavailableException('pw'), 503, 'unavailable'],
      ['that its database is away', Object.assign(new Error('pw'), { code: '57P03' }), 503, 'unavailable'],
    ])('is no other answer of Carillon when it throws %s', async (_what, thrown, status, code) => {
      const host = await startAuthApp(database.url, {}, () => {
        throw thrown;
      });
      const { body, text } = await supertest(host.url).post('/user').expect(status);
      expect(body.code).toBe(code);
      expect(text).not.toMatch(/pw/);
      await host.app.close();
    });

    it('is not waited for without an end', async () => {
      const host = await startAuthApp(database.url, {}, () => new Promise(() => undefined));
      const { body, headers } = await supertest(host.url).post('/user').expect(503);
      expect([body.code, headers['retry-after']]).toEqual(['unavailable', '1']);
      await host.app.close();
    });
  });
});
