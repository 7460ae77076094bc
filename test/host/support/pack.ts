import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `npm pack` needs to build and pack the package. */
const SOURCES = [
  ...['src', 'migrations', 'web', 'scripts', 'openapi', 'docs', 'package.json', 'tsconfig.json', '.swcrc'],
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE', '.env.example'],
];

/** Tarballs, by what they were made from: each file of tests needs the same one. */
const CACHE = resolve('node_modules/.cache/carillon-packed');

/**
 * Packs the package as it would be published, from a copy, so that nothing changes under a dist/ that is in use.
 * @returns the tarball
 */
export async function pack(): Promise<string> {
  const folder = join(CACHE, hashOf(SOURCES));
  const tarball = join(folder, 'carillon.tgz');
  if (existsSync(tarball)) return tarball;
  mkdirSync(folder, { recursive: true });
  const copy = mkdtempSync(`${folder}-`);
  try {
    for (const name of SOURCES) cpSync(name, join(copy, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    await run('npm', ['pack', '--loglevel=error'], { cwd: copy });
    if (!readFileSync(join(copy, 'package.json')).equals(readFileSync('package.json')))
      throw new Error('npm pack has left another package.json');
    const made = readdirSync(copy).find((name) => name.endsWith('.tgz'));
    // The first one stays, of two that are made at once: what is installed must not become another file.
    try {
      linkSync(join(copy, made ?? 'no tarball'), tarball);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return tarball;
}

function hashOf(paths: string[]): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    if (statSync(path).isDirectory())
      return readdirSync(path)
        .sort()
        .forEach((name) => add(join(path, name)));
    hash.update(path).update(readFileSync(path));
  };
  paths.forEach(add);
  return hash.digest('hex').slice(0, 16);
}
