import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { completeOptions, type HostOptions } from '../../src/config/defaults.js';
import { readEnvironment } from '../../src/config/environment.js';
import { createVapidKeys, publicKeyOf, subjectProblem } from '../../src/config/vapid.js';

const { publicKey, privateKey } = createVapidKeys();
const SUBJECT = 'mailto:push@example.com';
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: 's'.repeat(32), ENCRYPTION_KEY: 'k'.repeat(32) };
const SET = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: SUBJECT };

/** The lines about a configuration that is refused. */
function problems(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('- '));
  }
}

it('makes pairs that are whole keys of P-256', () => {
  for (let at = 0; at < 300; at += 1) {
    const pair = createVapidKeys();
    expect([pair.publicKey, pair.privateKey].map((key) => Buffer.from(key, 'base64url').length)).toEqual([
      65, 32,
    ]);
    const point = Buffer.from(pair.publicKey, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
    const key = { kty: 'EC', crv: 'P-256', x, y, d: pair.privateKey };
    const derived = createPublicKey(createPrivateKey({ key, format: 'jwk' })).export({ format: 'jwk' });
    expect(derived).toMatchObject({ x, y });
    expect(publicKeyOf(pair.privateKey)).toBe(pair.publicKey);
  }
});

it.each([
  ['mailto:you@example.com', true],
  ['mailto:you@push.example.co.uk', true],
  ['https://example.com/contact', true],
  ['you@example.com', false],
  ['mailto:you', false],
  ['mailto:@example.com', false],
  ['mailto:you@localhost', false],
  ['mailto:you@mail.local', false],
  ['mailto:you@example.test', false],
  ['mailto:you@10.0.0.1', false],
  ['https://localhost', false],
  ['https://10.0.0.1', false],
  ['http://example.com', false],
  ['', false],
  [undefined, false],
])('%s as a subject: %s', (subject, isRight) => {
  expect(subjectProblem(subject) === undefined).toBe(isRight);
});

describe('of the environment', () => {
  const read = (variables: Record<string, string>) => readEnvironment(variables).options.push;

  it('all of it is read, or none', () => {
    expect(read({ ...PRODUCTION, ...SET })).toEqual({ publicKey, privateKey, subject: SUBJECT });
    expect(read(PRODUCTION)).toEqual({});
  });

  it.each([
    ['VAPID_PUBLIC_KEY', 'is missing'],
    ['VAPID_PRIVATE_KEY', 'is missing'],
    ['VAPID_SUBJECT', 'is missing'],
  ])('%s is wanted with the others in production', (name, problem) => {
    const given = { ...PRODUCTION, ...SET, [name]: '' };
    expect(problems(() => read(given))).toEqual([expect.stringContaining(`- ${name}: ${problem}`)]);
  });

  it('development has a subject of its own', () => {
    expect(read({ VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey })).toEqual({
      publicKey,
      privateKey,
    });
    expect(read({ VAPID_SUBJECT: SUBJECT })).toEqual({ subject: SUBJECT });
    expect(problems(() => read({ VAPID_PUBLIC_KEY: publicKey }))).toEqual([
      expect.stringContaining('- VAPID_PRIVATE_KEY: is missing'),
    ]);
  });

  it('keys of two pairs are not one', () => {
    const given = { ...SET, VAPID_PUBLIC_KEY: createVapidKeys().publicKey };
    expect(problems(() => read(given))).toEqual([
      '- VAPID_PUBLIC_KEY: is not the public key of VAPID_PRIVATE_KEY',
    ]);
  });

  it('what is wrong is named once, and no secret is repeated', () => {
    const wrong = `${privateKey}x`;
    const said = problems(() => read({ ...SET, VAPID_PRIVATE_KEY: wrong, VAPID_SUBJECT: 'you' }));
    expect(said).toEqual([
      expect.stringContaining('- VAPID_PRIVATE_KEY: must be a private key of P-256'),
      expect.stringContaining('- VAPID_SUBJECT: must be where push services reach you'),
    ]);
    expect(said.join()).not.toContain(wrong);
  });
});

describe('of a host', () => {
  const read = (push: HostOptions['push']) =>
    completeOptions({ database: { url: 'postgres://db/x' }, encryption: { key: 'k'.repeat(32) }, push }).push;

  it('all of it is taken, or none', () => {
    const given = { publicKey, privateKey, subject: SUBJECT };
    expect(read(given)).toEqual(given);
    expect(read(undefined)).toEqual({});
    expect(read({ publicKey: undefined })).toEqual({});
    expect(problems(() => read({ publicKey, privateKey }))).toEqual([
      expect.stringContaining('- push.subject: is missing'),
    ]);
    expect(problems(() => read({ ...given, publicKey: createVapidKeys().publicKey }))).toEqual([
      '- push.publicKey: is not the public key of push.privateKey',
    ]);
    expect(problems(() => read({ ...given, publicKey: 'AAAA' }))).toEqual([
      expect.stringContaining('- push.publicKey: must be a public key of P-256'),
    ]);
  });
});
