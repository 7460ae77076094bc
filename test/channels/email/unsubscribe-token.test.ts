import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeToken, readToken } from '../../../src/channels/email/unsubscribe/unsubscribe-token.js';
import { SecretBox } from '../../../src/common/secret-box.js';

const box = new SecretBox('a key that is long enough for everybody');
const subscription = { userId: 'user_42', type: 'job_failed' };
const token = makeToken(box, subscription);
const [payload, mac] = token.split('.') as [string, string];

/** Another payload under the same signature. */
const forged = (text: string) => `${Buffer.from(text).toString('base64url')}.${mac}`;

describe('a token', () => {
  it('says for whom and for what it is, whatever the id is made of', () => {
    const ids = fc.string({ unit: 'binary', minLength: 1, maxLength: 128 });
    fc.assert(
      fc.property(ids, (userId) => {
        const made = makeToken(box, { userId, type: 'job_failed' });
        expect(made).toMatch(/^[\w-]+\.[\w-]+$/);
        expect(readToken(box, made)).toEqual({ userId, type: 'job_failed' });
      }),
    );
  });

  it('is the same every time, and fits into the line of a header', () => {
    expect(makeToken(box, subscription)).toBe(token);
    expect(makeToken(box, { userId: '😀'.repeat(128), type: 't'.repeat(64) }).length).toBeLessThan(850);
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
