import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { readTypesFile } from '../../src/config/types-file.js';

const folder = mkdtempSync(join(tmpdir(), 'carillon-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is read of a file with one type. */
function read(type: object) {
  const file = join(folder, 'types.json');
  writeFileSync(file, JSON.stringify([{ key: 'sign_in', description: 'A new sign-in', ...type }]));
  return readTypesFile(file)[0];
}

it('completes what a type leaves out', () => {
  expect(read({})).toEqual({
    key: 'sign_in',
    description: 'A new sign-in',
    level: 'info',
    channels: {},
    webhookEvent: null,
    mutable: true,
  });
});

it('takes a category, and that it is critical: it is not mutable then', () => {
  expect(read({ category: 'Security', critical: true })).toMatchObject({
    category: 'Security',
    critical: true,
    mutable: false,
  });
  expect(read({ critical: false })).toMatchObject({ critical: false, mutable: true });
});

it('takes a throttle', () => {
  expect(read({ throttle: { max: 5, per: '1h' } })).toMatchObject({ throttle: { max: 5, per: '1h' } });
});

it.each<[string, object]>([
  ['[0].mutable: must be false, because the type is critical', { critical: true, mutable: true }],
  ['[0].critical: must be true or false', { critical: 1 }],
  ['[0].category: must be a text of 1 to 64 characters', { category: 5 }],
  ['[0].category: must be a text of 1 to 64 characters', { category: null }],
  ['[0].icon: is not known; known are key, description, level', { icon: 'bell' }],
  ['[0].throttle: must be an object { max, per }', { throttle: 5 }],
  ['[0].throttle.max: must be a whole number from 1 to 1000', { throttle: { max: 0, per: '1h' } }],
  ['[0].throttle.max: must be a whole number from 1 to 1000', { throttle: { max: 1.5, per: '1h' } }],
  ['[0].throttle.max: must be a whole number from 1 to 1000', { throttle: { per: '1h' } }],
  ['[0].throttle.per: must be a duration such as "10m"', { throttle: { max: 5 } }],
  ['[0].throttle.per: must be a duration such as "10m"', { throttle: { max: 5, per: 'hour' } }],
  ['[0].throttle.burst: is not known here', { throttle: { max: 5, per: '1h', burst: 1 } }],
  [
    '[0].channels.email: must be true, false or an object { default, delay, unless, digest }',
    { channels: { email: '10m' } },
  ],
  [
    '[0].channels.email.delay: must be a duration such as "10m": a number of s, m, h or d, at most 366d',
    { channels: { email: { delay: '10 minutes' } } },
  ],
  ['[0].channels.email.unless: must be one of seen, read', { channels: { email: { unless: 'opened' } } }],
  [
    '[0].channels.email.digest: must be daily, weekly or a duration such as "10m"',
    { channels: { email: { digest: 'monthly' } } },
  ],
  ['[0].channels.email.after: is not known here', { channels: { email: { after: '10m' } } }],
  ['[0].channels.email.constructor: is not known here', { channels: { email: { constructor: '10m' } } }],
])('says %s', (message, type) => {
  expect(() => read(type)).toThrow(message);
});
