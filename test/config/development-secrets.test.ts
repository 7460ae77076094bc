import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentSecret } from '../../src/config/development-secrets.js';
import { temporaryFolder } from '../support/program.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('a secret is made once, and is the same from then on', async () => {
  const first = await developmentSecret(folder.path, 'once');
  expect(first).toEqual({ value: expect.stringMatching(/^[\w-]{43}$/), made: true });
  expect(await developmentSecret(folder.path, 'once')).toEqual({ ...first, made: false });
});

it('one that is gone from its file is not taken for a secret, and not replaced', async () => {
  const path = join(folder.path, 'empty');
  // What a file system may leave behind when the power fails.
  writeFileSync(path, '\n');
  await expect(developmentSecret(folder.path, 'empty')).rejects.toMatchObject({
    name: 'ConfigurationError',
    message: expect.stringContaining(`${path} is empty`),
  });
  mkdirSync(join(folder.path, 'other'));
  await expect(developmentSecret(folder.path, 'other')).rejects.toMatchObject({ name: 'ConfigurationError' });
});
