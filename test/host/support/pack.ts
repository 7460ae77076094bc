import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `npm pack` needs to build and pack the package. */
const SOURCES = [
  ...['src', 'migrations', 'web', 'scripts', 'openapi', 'docs', 'package.json', 'tsconfig.json', '.swcrc'],
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE', '.env.example'],
];

/**
 * Packs the package as it would be published, from a copy, so that nothing changes under a dist/ that is in use.
 * @param copy a folder that is not there yet
 * @returns the tarball
 */
export async function pack(copy: string): Promise<string> {
  mkdirSync(copy);
  for (const name of SOURCES) cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  await run('npm', ['pack', '--loglevel=error'], { cwd: copy });
  const made = readdirSync(copy).find((name) => name.endsWith('.tgz'));
  return join(copy, made ?? 'no tarball');
}
