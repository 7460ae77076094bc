import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { canUse } from '../../src/database/embedded/account.js';
import { findBinaries, packageFolder } from '../../src/database/embedded/binaries.js';
import { type EmbeddedDatabase, startEmbedded } from '../../src/database/embedded/embedded.js';
import { findHome } from '../../src/database/embedded/home.js';
import { startProcess, type TestProcess } from '../support/process.js';

const SCRIPT = 'test/support/embedded-process.ts';
/** What is removed or counted afterwards must have ended. */
const STOP_SECONDS = 60;
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

// A first start takes a second or more: where it is not what is tested, a copy of this one's data is used.
let template: string;
let folder: string;
let dataDir: string;
let uses: EmbeddedDatabase[];
let processes: TestProcess[];

beforeAll(async () => {
  // Servers are killed on purpose here, and their restarts reported.
  Logger.overrideLogger(false);
  template = openFolder();
  const use = await startEmbedded(join(template, 'data'));
  await use.release(STOP_SECONDS);
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

beforeEach(() => {
  folder = openFolder();
  dataDir = join(folder, 'data');
  uses = [];
  processes = [];
});

afterEach(async () => {
  await Promise.all(processes.map((process) => process.end()));
  await Promise.all(uses.map((use) => use.release(STOP_SECONDS)));
  rmSync(folder, { recursive: true, force: true });
});

/** A folder that every user can reach, unlike those of mkdtemp. */
function openFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'carillon-embedded-'));
  chmodSync(path, 0o755);
  return path;
}

/** Puts a database into the data folder that was never used. */
function copyTemplate(): void {
  // With its owners, which Node's own copy does not keep.
  execFileSync('cp', ['-a', join(template, 'data'), dataDir]);
}

async function start(...args: Parameters<typeof startEmbedded>): Promise<EmbeddedDatabase> {
  const use = await startEmbedded(...args);
  uses.push(use);
  return use;
}

/** Starts a process that uses the server, and waits until it does. */
async function startOther(...args: string[]): Promise<TestProcess & { url: string; uid: number }> {
  const other = startProcess(SCRIPT, ...args);
  processes.push(other);
  return { ...other, ...(JSON.parse(await other.line()) as { url: string; uid: number }) };
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The process id of the running server, or undefined. */
function serverPid(home = dataDir): number | undefined {
  const file = join(home, 'postgres', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

describe('the embedded PostgreSQL', () => {
  it('keeps the data from one start to the next, for nobody but its user', async () => {
    // What a killed first start leaves is not taken for a database.
    mkdirSync(join(dataDir, 'postgres.new-x1y2z3'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres.new-x1y2z3', 'PG_VERSION'), '18\n');
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await expect(query(first.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
    await first.release(STOP_SECONDS);
    expect(serverPid()).toBeUndefined();

    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'postgres', 'carillon.password')).mode & 0o777).toBe(0o600);
  });

  it('runs until its last user is gone, and lets one server at a time claim the folder', async () => {
    copyTemplate();
    const server = await start(dataDir);
    await server.claim();
    const command = await startOther(dataDir);
    expect(command.url).toBe(server.url);
    const second = await start(dataDir);
    await expect(second.claim()).rejects.toThrow(/Another Carillon server already runs on the data folder/);
    await second.release(STOP_SECONDS);

    await server.release(STOP_SECONDS);
    expect(await query(command.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
    await command.end();
    expect(serverPid()).toBeUndefined();
  });

  it.each([
    'a b',
    "O'Brien",
    'Übung',
    'say "hi"',
    'price $5 $(id)',
    'a`id`b',
    'back\\slash',
    'two\n\nlines',
    '%a;&|',
  ])('starts, is found and stops in the folder %j', async (name) => {
    dataDir = join(folder, name, 'data');
    mkdirSync(join(folder, name));
    copyTemplate();
    const use = await start(dataDir);
    const other = await start(dataDir);
    expect(other.url).toBe(use.url);
    expect(await query(use.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
    await other.release(STOP_SECONDS);
    await use.release(STOP_SECONDS);
    expect(serverPid()).toBeUndefined();
  });

  it('is set up in a folder with signs that a shell reads, by binaries in such a folder', async () => {
    const odd = join(folder, 'a "b" $c `d` \\e\nf');
    const root = join(odd, 'package');
    mkdirSync(odd);
    cpSync(packageFolder(), root, { recursive: true, verbatimSymlinks: true });
    dataDir = join(odd, 'data');
    const use = await start(dataDir, { packageFolder: root });
    expect(await query(use.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });

  it('ends the making of a database when the start is ended, and leaves nothing of it', async () => {
    const stopping = new AbortController();
    const starting = start(dataDir, { stopping: stopping.signal });
    expect(readdirSync(dataDir).some((name) => name.includes('.new-'))).toBe(true);
    stopping.abort();
    await expect(starting).rejects.toThrow();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('ends the server that it starts when the start is ended', async () => {
    copyTemplate();
    const stopping = new AbortController();
    const starting = start(dataDir, { stopping: stopping.signal });
    while (serverPid() === undefined) await new Promise((resolve) => setImmediate(resolve));
    stopping.abort();
    await starting.then(
      (use) => use.release(STOP_SECONDS),
      (error: unknown) => expect(error).toBe(stopping.signal.reason),
    );
    expect(serverPid()).toBeUndefined();
  });

  it('removes what a first start that was killed long ago has left', async () => {
    copyTemplate();
    for (const name of ['postgres.new-x1y2z3', 'binaries-18.0.1.new-x1y2z3', 'postgres.new-now']) {
      mkdirSync(join(dataDir, name));
      if (!name.endsWith('now')) utimesSync(join(dataDir, name), 0, 0);
    }
    await start(dataDir);
    expect(readdirSync(dataDir).filter((name) => name.includes('.new-'))).toEqual(['postgres.new-now']);
  });

  it('is clean, running and free to claim after a kill -9 of the process that used it', async () => {
    copyTemplate();
    const other = await startOther(dataDir);
    await query(other.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await other.end('SIGKILL');

    const next = await start(dataDir);
    expect(next.url).toBe(other.url);
    await next.claim();
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('starts again by itself, on the same port, after a kill -9 of PostgreSQL', async () => {
    copyTemplate();
    const use = await start(dataDir);
    await use.claim();
    await query(use.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(serverPid() ?? 0, 'SIGKILL');

    // Polls, because the restart is nobody's promise: it happens when the lost connection is noticed.
    let rows: unknown[] | undefined;
    while (!rows) rows = await query(use.url, 'SELECT answer FROM kept').catch(() => undefined);
    expect(rows).toEqual([{ answer: 42 }]);
  });

  it('starts on the data that a kill -9 of everything left behind', async () => {
    copyTemplate();
    const other = await startOther(dataDir);
    await query(other.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await other.end('SIGKILL');
    process.kill(serverPid() ?? 0, 'SIGKILL');

    const next = await start(dataDir);
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('does not mistake another process for a server because it has its recorded id', async () => {
    copyTemplate();
    const stale = join(dataDir, 'postgres', 'postmaster.pid');
    // This test's own process: alive, and no PostgreSQL.
    writeFileSync(stale, `${process.pid}\n${join(dataDir, 'postgres')}\n0\n1\n\n127.0.0.1\n`, {
      mode: 0o600,
    });
    const owner = statSync(join(dataDir, 'postgres'));
    chownSync(stale, owner.uid, owner.gid);
    const next = await start(dataDir);
    expect(await query(next.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });

  it('is one server when two processes start it at the same moment, the very first time', async () => {
    const [one, two] = await Promise.all([startOther(dataDir), startOther(dataDir)]);
    expect(one.url).toBe(two.url);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres'))).toEqual(['postgres']);
    await one.end();
    expect(await query(two.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });

  it('names the data folder when it cannot be one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(start(join(file, 'data'))).rejects.toThrow(
      /Cannot write to the data folder .*CARILLON_DATA_DIR/,
    );
  });

  it('names the data folder where the system makes none', async () => {
    // In a process of its own, which can be killed: Node's recursive mkdir would never return.
    const other = startProcess(SCRIPT, '/proc/carillon/data');
    const hangs = setTimeout(() => other.child.kill('SIGKILL'), 30_000);
    await expect(other.line()).rejects.toThrow(
      /Cannot write to the data folder \/proc\/carillon\/data .*CARILLON_DATA_DIR/,
    );
    clearTimeout(hangs);
    await other.end();
  });

  it('names the versions when the data is of another one', async () => {
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '12\n');
    await expect(start(dataDir)).rejects.toThrow(/was made by PostgreSQL 12, and this Carillon carries 18/);
  });

  it('works for an ordinary user', async () => {
    mkdirSync(dataDir);
    let rights: string[] = [];
    if (isRoot) {
      // The process gives its rights up first. A checkout that only root can read gets a readable package.
      chownSync(dataDir, NOBODY, NOBODY);
      let readable = packageFolder();
      if (!canUse({ uid: NOBODY, gid: NOBODY }, readable, 'execute')) {
        readable = join(folder, 'package');
        cpSync(packageFolder(), readable, { recursive: true, verbatimSymlinks: true });
      }
      rights = [String(NOBODY), readable];
    }
    const other = await startOther(dataDir, ...rights);
    expect(other.uid).not.toBe(0);
    expect(await query(other.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(other.uid);
  });

  it('works below a private folder, and says with a link where the data is', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    dataDir = join(closed, 'data');
    const use = await start(dataDir, { systemFolder: join(folder, 'system') });
    expect(await query(use.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
    // PostgreSQL runs as the same user, for whom the folder is open, unless that user is root.
    const link = lstatSync(join(dataDir, 'database'), { throwIfNoEntry: false });
    expect(link?.isSymbolicLink() ?? false).toBe(isRoot);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
    await use.release(STOP_SECONDS);
    const again = await start(dataDir, { systemFolder: join(folder, 'system') });
    expect(await query(again.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });

  it('copies the binaries, with their links, where its user cannot reach them', () => {
    const root = join(folder, 'closed', 'package');
    mkdirSync(join(root, 'native', 'bin'), { recursive: true });
    mkdirSync(join(root, 'native', 'lib'));
    chmodSync(dirname(root), 0o700);
    writeFileSync(join(root, 'package.json'), '{ "version": "18.0.1" }');
    for (const name of ['initdb', 'pg_ctl', 'postgres']) {
      writeFileSync(join(root, 'native', 'bin', name), '', { mode: 0o755 });
    }
    writeFileSync(join(root, 'native', 'lib', 'libpq.so.5.18'), '');
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
    writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify([link]));

    const expected = isRoot ? join(dataDir, 'binaries-18.0.1') : join(root, 'native');
    for (const attempt of ['copied', 'found']) {
      const { initdb } = findBinaries(findHome(dataDir, folder), root);
      expect([attempt, initdb]).toEqual([attempt, join(expected, 'bin', 'initdb')]);
      expect(existsSync(initdb)).toBe(true);
      expect(existsSync(join(expected, 'lib', 'libpq.so.5'))).toBe(true);
    }
  });
});
