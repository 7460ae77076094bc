import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeToken, readToken } from '../../../src/channels/email/unsubscribe/unsubscribe-token.js';
import { SecretBox } from '../../../src/common/secret-box.js';

const box = new SecretBox('a key that is long enough for everybody');
const subscription = { userId: 'user_42', types: ['job_failed'] };
const token = makeToken(box, subscription);
const [payload, mac] = token.split('.') as [string, string];

/** Another payload under the same signature. */
const forged = (text: string) => `${Buffer.from(text).toString('base64url')}.${mac}`;

describe('a token', () => {
  it('says for whom and for what it is, whatever the id is made of', () => {
    const ids = fc.string({ unit: 'binary', minLength: 1, maxLength: 128 });
    fc.assert(
      fc.property(ids, (userId) => {
        const made = makeToken(box, { userId, types: ['job_failed'] });
        expect(made).toMatch(/^[\w-]+\.[\w-]+$/);
        expect(readToken(box, made)).toEqual({ userId, types: ['job_failed'] });
      }),
    );
  });

  it('is the same every time, and fits into the line of a header', () => {
    expect(makeToken(box, subscription)).toBe(token);
    expect(makeToken(box, { userId: '😀'.repeat(128), types: ['t'.repeat(64)] }).length).toBeLessThan(850);
  });

  it('is for as many types as have room, and else for all mails', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, at) => `type_${at}`.padEnd(64, 'x'));
    const typesOf = (userId: string, count: number) =>
      readToken(box, makeToken(box, { userId, types: keys(count) }))?.types.length;
    expect([1, 2, 9, 10, 50].map((count) => typesOf('user_42', count))).toEqual([1, 2, 9, 0, 0]);
    expect([1, 2].map((count) => typesOf('😀'.repeat(128), count))).toEqual([1, 0]);
    expect(makeToken(box, { userId: 'user_42', types: keys(9) }).length).toBeLessThan(850);
  });

  it('of the key before is still good, and of another is not', () => {
    expect(
      readToken(
        new SecretBox('the next key, long enough for everybody', 'a key that is long enough for everybody'),
        token,
      ),
    ).toEqual(subscription);
    expect(readToken(new SecretBox('the next key, long enough for everybody'), token)).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['no signature', payload],
    ['an empty signature', `${payload}.`],
    ['half a signature', `${payload}.${mac.slice(0, 10)}`],
    ['a longer signature', `${payload}.${mac}AAAA`],
    ['another signature', `${payload}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`],
    ['another user', forged('1\nemail\njob_failed\nuser_43')],
    ['another type', forged('1\nemail\nquota_warning\nuser_42')],
    ['another channel', forged('1\ntoast\njob_failed\nuser_42')],
    ['another version', forged('2\nemail\njob_failed\nuser_42')],
    ['what is no base64', '%%%.%%%'],
    ['what was encrypted instead of signed', box.seal('1\nemail\njob_failed\nuser_42', 'unsubscribe')],
  ])('of %s is none', (_what, wrong) => {
    expect(readToken(box, wrong)).toBeUndefined();
  });
});
