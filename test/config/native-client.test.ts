import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a process with NODE_PG_FORCE_NATIVE writes. */
const run = (...args: string[]) =>
  new Promise<string>((done) => {
    const folder = mkdtempSync(join(tmpdir(), 'native-'));
    const env = { ...process.env, NODE_PG_FORCE_NATIVE: '1', NODE_ENV: 'test', CARILLON_DATA_DIR: folder };
    execFile(process.execPath, args, { cwd: resolve('.'), env }, (_error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      done(stdout + stderr);
    });
  });

it('a process of Carillon’s own does without the native client', async () => {
  expect(await run('dist/src/cli/main.js', 'token', 'anna')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/m);
});

it('a host is told that it cannot be used, before it is looked for', async () => {
  const script = `import('./dist/src/index.js').catch((error) => console.log(error.name, error.message))`;
  expect(await run('-e', script)).toMatch(/^ConfigurationError NODE_PG_FORCE_NATIVE is set/);
});
