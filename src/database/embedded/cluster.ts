import { spawn } from 'node:child_process';
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
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseStartError } from '../start-error.js';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import type { Home } from './home.js';
import { configurationFile } from './settings.js';

/** The user and the database of the embedded server. */
export const USER = 'carillon';

/** In the cluster itself, so that the two cannot come apart. PostgreSQL keeps the folder at mode 0700. */
const PASSWORD_FILE = 'carillon.password';

/** Recovery after a crash reads the log since the last checkpoint, which takes seconds, on a slow disk minutes. */
const START_SECONDS = 300;

/** What is left of a killed first start is removed when it is older than any first start can be. */
const ABANDONED_MS = 10 * 60_000;

/**
 * Makes the cluster if there is none. It is made beside its place and renamed into it, complete with its password:
 * a start that is killed leaves nothing that looks like a database, and of two at once the later one finds its
 * place taken and uses the other's.
 */
export async function ensureCluster(home: Home, binaries: Binaries): Promise<void> {
  removeAbandoned(home);
  if (existsSync(join(home.cluster, 'PG_VERSION'))) return checkVersion(home, binaries);
  const temporary = mkdtempSync(`${home.cluster}.new-`);
  const passwordFile = `${temporary}.password`;
  try {
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    give(temporary, home.account);
    give(passwordFile, home.account);
    // The built-in locale sorts by code point and is the same on every system, so indexes survive an upgrade of it.
    const { code, output } = await run(home, binaries.initdb, [
      ...['-D', temporary, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile],
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ]);
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

/** Where the running server listens, from its pid file. The file may be stale: who uses it must try the port. */
export function recordedPort(home: Home): number | undefined {
  const port = Number(readLines(pidFile(home))?.[3]);
  return port > 0 ? port : undefined;
}

export function clusterUrl(home: Home, port: number): string {
  const password = readFileSync(join(home.cluster, PASSWORD_FILE), 'utf8');
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${USER}?sslmode=disable`;
}

/**
 * Starts PostgreSQL in a session of its own, so that neither Ctrl-C nor the end of this process reaches it.
 *
 * @returns undefined when it runs, else what it said
 */
export async function startServer(
  home: Home,
  binaries: Binaries,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  removeStalePidFile(home);
  writeConfiguration(home, settings);
  const log = join(home.cluster, 'start.log');
  rmSync(log, { force: true });
  const { code, output } = await run(home, binaries.pgCtl, [
    ...['start', '-w', '-t', String(START_SECONDS), '-D', home.cluster, '-l', log, '-o', `-p ${port}`],
  ]);
  if (code === 0) return undefined;
  return `${output}\n${existsSync(log) ? readFileSync(log, 'utf8') : ''}`.trim();
}

/** Ends every session and stops the server; after `waitSeconds` it goes on with that alone. */
export async function stopServer(home: Home, binaries: Binaries, waitSeconds: number): Promise<void> {
  await run(home, binaries.pgCtl, [
    ...['stop', '-m', 'fast', '-w', '-t', String(waitSeconds), '-D', home.cluster],
  ]);
}

/** A port that nobody uses now. It may be taken before PostgreSQL has it, so the caller tries again. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
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

function writeConfiguration(home: Home, settings: Readonly<Record<string, string>>): void {
  const file = join(home.cluster, 'postgresql.conf');
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, configurationFile(settings), { mode: 0o600 });
  give(temporary, home.account);
  renameSync(temporary, file);
}

function removeAbandoned(home: Home): void {
  for (const name of readdirSync(home.folder)) {
    const path = join(home.folder, name);
    if (!/^(postgres|binaries-[^/]*)\.new-/.test(name)) continue;
    const info = statSync(path, { throwIfNoEntry: false });
    if (info && Date.now() - info.mtimeMs > ABANDONED_MS) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * PostgreSQL refuses to start when a process with the recorded id exists, for fear of a second server. But after a
 * crash of the whole container that is often somebody else, and a killed server whose parent does not collect it
 * (a container without an init process) stays behind as a zombie. Where the system tells what the process is, look.
 */
function removeStalePidFile(home: Home): void {
  const pid = readLines(pidFile(home))?.[0];
  if (!pid) return;
  try {
    // Empty for a zombie.
    const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (program.includes('postgres')) return;
    // Aside first: another process may have done the same, and a server of its own may have written a new file.
    const file = pidFile(home);
    const aside = `${file}.${process.pid}`;
    renameSync(file, aside);
    if (readLines(aside)?.[0] === pid) rmSync(aside);
    else renameSync(aside, file);
  } catch {
    // There is no such process, or no /proc: PostgreSQL judges by itself.
  }
}

function pidFile(home: Home): string {
  return join(home.cluster, 'postmaster.pid');
}

function readLines(file: string): string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

function give(path: string, account: Account): void {
  if (account) chownSync(path, account.uid, account.gid);
}

function run(home: Home, program: string, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...home.account,
      cwd: home.folder,
      // Nothing of ours: variables such as PGDATA or PGOPTIONS would have a say.
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.once('error', (cause) =>
      reject(new DatabaseStartError(`Cannot run ${program}: ${cause.message}`, { cause })),
    );
    // Not `close`: the server that pg_ctl leaves behind may hold the pipes.
    child.once('exit', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}
