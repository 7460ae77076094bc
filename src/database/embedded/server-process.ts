import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '../client.js';
import { connectionConfig } from '../connection.js';
import { DatabaseStartError } from '../start-error.js';
import type { Binaries } from './binaries.js';
import { clusterUrl, give } from './cluster.js';
import type { Home } from './home.js';
import { run, runOptions } from './run.js';
import { configurationFile } from './settings.js';

/** Recovery after a crash reads the log since the last checkpoint, which takes seconds, on a slow disk minutes. */
const START_SECONDS = 300;

/** Between two attempts to connect to a server that starts, which takes some 100 ms on data that is clean. */
const LOOK_MS = 25;

/** Where the running server listens. The files may be stale: who uses it must try the port. */
export function recordedPort(home: Home): number | undefined {
  if (!existsSync(pidFile(home))) return undefined;
  // Not from the pid file, whose lines are counted: the folder's name, which is one of them, may have line breaks.
  const [, port] = /"-p" "(\d+)"\s*$/.exec(read(join(home.cluster, 'postmaster.opts')) ?? '') ?? [];
  return port === undefined ? undefined : Number(port);
}

/**
 * Starts PostgreSQL in a session of its own, so that neither Ctrl-C nor the end of this process reaches it. No shell
 * takes part, which would read signs in the name of the data folder.
 * @param stopping ends the start, and the server with it
 * @returns undefined when it runs, else what it said
 */
export async function startServer(
  home: Home,
  binaries: Binaries,
  port: number,
  settings: Readonly<Record<string, string>>,
  stopping?: AbortSignal,
): Promise<string | undefined> {
  removeStalePidFile(home);
  writeConfiguration(home, settings);
  const log = join(home.cluster, 'start.log');
  const server = await launch(home, binaries, port, log);
  const end = (): void => void server.child.kill('SIGINT');
  stopping?.addEventListener('abort', end);
  if (stopping?.aborted) end();
  try {
    const deadline = performance.now() + START_SECONDS * 1000;
    while (server.child.exitCode === null && server.child.signalCode === null) {
      if (await answers(clusterUrl(home, port))) return undefined;
      if (performance.now() > deadline) return `it has not been ready after ${START_SECONDS} s`;
      await Promise.race([server.ended, sleep(LOOK_MS)]);
    }
  } finally {
    stopping?.removeEventListener('abort', end);
  }
  stopping?.throwIfAborted();
  if (server.child.exitCode === 0) return undefined;
  return read(log)?.trim() || `nothing, and ended (${server.child.signalCode ?? server.child.exitCode})`;
}

/** Ends every session and stops the server; after `waitSeconds` it goes on with that alone. */
export async function stopServer(home: Home, binaries: Binaries, waitSeconds: number): Promise<void> {
  await run(home, binaries.pgCtl, [
    ...['stop', '-m', 'fast', '-w', '-t', String(waitSeconds), '-D', home.cluster],
  ]);
}

/** A port that is free now. It may be taken before PostgreSQL has it, so the caller tries again. */
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

async function launch(
  home: Home,
  binaries: Binaries,
  port: number,
  log: string,
): Promise<{ child: ChildProcess; ended: Promise<unknown> }> {
  rmSync(log, { force: true });
  const output = openSync(log, 'w', 0o600);
  give(log, home.account);
  // On Windows PostgreSQL refuses an administrator, whose rights pg_ctl takes off first; no name there has a quote.
  const [program, args] =
    process.platform === 'win32'
      ? [binaries.pgCtl, ['start', '-w', '-t', String(START_SECONDS), '-D', home.cluster, '-o', `-p ${port}`]]
      : [binaries.postgres, ['-D', home.cluster, '-p', String(port)]];
  try {
    const child = spawn(program, args, {
      ...runOptions(home),
      detached: true,
      stdio: ['ignore', output, output],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) =>
        reject(new DatabaseStartError(`Cannot run ${program}: ${cause.message}`, { cause })),
      );
    });
    child.unref();
    return { child, ended };
  } finally {
    closeSync(output);
  }
}

async function answers(url: string): Promise<boolean> {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  return withClient(connectionConfig(admin.href, 'carillon-start'), () => Promise.resolve(true)).catch(
    () => false,
  );
}

function writeConfiguration(home: Home, settings: Readonly<Record<string, string>>): void {
  const file = join(home.cluster, 'postgresql.conf');
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, configurationFile(settings), { mode: 0o600 });
  give(temporary, home.account);
  renameSync(temporary, file);
}

/**
 * PostgreSQL refuses to start when a process with the recorded id exists, for fear of a second server. But after a
 * crash of the whole container that is often another program, and a killed server whose parent does not collect it
 * (a container without an init process) stays behind as a zombie. Where the system says what the process is, look.
 */
function removeStalePidFile(home: Home): void {
  const pid = recordedPid(pidFile(home));
  if (!pid) return;
  try {
    // Empty for a zombie.
    const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (program.includes('postgres')) return;
    // Aside first: another process may have done the same, and a server of its own may have written a new file.
    const file = pidFile(home);
    const aside = `${file}.${process.pid}`;
    renameSync(file, aside);
    if (recordedPid(aside) === pid) rmSync(aside);
    else renameSync(aside, file);
  } catch {
    // There is no such process, or no /proc: PostgreSQL judges by itself.
  }
}

function pidFile(home: Home): string {
  return join(home.cluster, 'postmaster.pid');
}

function recordedPid(file: string): string | undefined {
  return read(file)?.split('\n')[0];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
