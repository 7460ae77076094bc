import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseStartError } from '../start-error.js';
import type { Account } from './account.js';
import { type Binaries, withInitdb } from './binaries.js';
import type { Home } from './home.js';
import { run } from './run.js';

/** The user and the database of the embedded server. */
export const USER = 'carillon';

/** In the cluster itself, so that the two cannot come apart. PostgreSQL keeps the folder at mode 0700. */
const PASSWORD_FILE = 'carillon.password';

/** What is left of a killed first start is removed when it is older than any first start can be. */
const ABANDONED_MS = 10 * 60_000;

/**
 * Makes the cluster if there is none. It is made beside its place and renamed into it, complete with its password:
 * a start that is killed leaves nothing that looks like a database, and of two at once the later one finds its
 * place taken and uses the other's.
 */
export async function ensureCluster(home: Home, binaries: Binaries, stopping?: AbortSignal): Promise<void> {
  removeAbandoned(home);
  if (existsSync(join(home.cluster, 'PG_VERSION'))) return checkVersion(home, binaries);
  const temporary = mkdtempSync(`${home.cluster}.new-`);
  const passwordFile = `${temporary}.password`;
  try {
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    give(temporary, home.account);
    give(passwordFile, home.account);
    // The built-in locale sorts by code point and is the same on every system, so indexes survive an upgrade of it.
    const { code, output } = await withInitdb(binaries, (initdb) =>
      run(
        home,
        initdb,
        [
          ...['-D', temporary, '--no-instructions'],
          ...['-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile],
          ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
        ],
        stopping,
      ),
    );
    if (code !== 0) throw new DatabaseStartError(`The embedded PostgreSQL could not be set up: ${output}`);
    renameSync(passwordFile, join(temporary, PASSWORD_FILE));
    renameSync(temporary, home.cluster);
  } catch (error) {
    if (!existsSync(join(home.cluster, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

export function clusterUrl(home: Home, port: number): string {
  const password = readFileSync(join(home.cluster, PASSWORD_FILE), 'utf8');
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${USER}?sslmode=disable`;
}

function checkVersion(home: Home, binaries: Binaries): void {
  const made = readFileSync(join(home.cluster, 'PG_VERSION'), 'utf8').trim();
  const major = binaries.version.split('.')[0];
  if (made === major) return;
  throw new DatabaseStartError(
    `The database in ${home.cluster} was made by PostgreSQL ${made}, and this Carillon carries ${major}. ` +
      `Dump it with pg_dump under the version that made it, move the folder away, and restore the dump.`,
  );
}

function removeAbandoned(home: Home): void {
  for (const name of readdirSync(home.folder)) {
    const path = join(home.folder, name);
    if (!/^(postgres|binaries-[^/]*)\.new-/.test(name)) continue;
    const info = statSync(path, { throwIfNoEntry: false });
    if (info && Date.now() - info.mtimeMs > ABANDONED_MS) rmSync(path, { recursive: true, force: true });
  }
}

export function give(path: string, account: Account): void {
  if (account) chownSync(path, account.uid, account.gid);
}
