import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { build, Program, temporaryFolder } from '../support/program.js';

/** What the image is made of: without a container runtime here, its steps are done by hand. */
const image = temporaryFolder();
let database: TestDatabase;

beforeAll(async () => {
  build();
  database = await createEmptyDatabase();
  for (const name of ['package.json', 'package-lock.json', 'dist']) {
    cpSync(name, join(image.path, name), { recursive: true });
  }
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  execFileSync(process.execPath, [resolve('scripts/server-dependencies.mjs')], { cwd: image.path });
  execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', ...quiet], { cwd: image.path });
}, 200_000);
afterAll(async () => {
  await database.drop();
  image.remove();
});

/** How the image asks whether it is healthy. */
function healthCheck(): string[] {
  const text = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', '');
  return JSON.parse(/^HEALTHCHECK .*? CMD (\[.*\])$/m.exec(text)?.[1] ?? '[]') as string[];
}

it('the image has the packages that the server needs, at the versions of the lock file, and is healthy', async () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, object> };
  const installed = JSON.parse(
    readFileSync(join(image.path, 'node_modules/.package-lock.json'), 'utf8'),
  ) as typeof lock;
  for (const [name, { version }] of Object.entries(installed.packages) as [string, { version: string }][])
    expect([name, version]).toEqual([
      name,
      (lock.packages[name] as { version?: string } | undefined)?.version,
    ]);
  expect(Object.keys(installed.packages)).not.toContain('node_modules/jest');

  const server = Program.start(join(image.path, 'dist/src/main.js'), [], image.path, {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    JWT_SECRET: 'a secret for tests, of 32 characters and more',
    ENCRYPTION_KEY: 'an encryption key for tests, long enough',
    PORT: '0',
  });
  const [, port = ''] = await server.said(/listens on http:[^ ]+:(\d+)/);
  const [node = '', ...check] = healthCheck();
  const asked = (at: string): unknown =>
    execFileSync(node, check, { env: { PATH: process.env['PATH'], PORT: at }, stdio: 'ignore' });
  expect(() => asked(port)).not.toThrow();
  await server.end('SIGTERM');
  expect(() => asked(port)).toThrow();
}, 60_000);
