import { Logger } from '@nestjs/common';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseStartError } from '../start-error.js';
import { type Binaries, findBinaries } from './binaries.js';
import { clusterUrl, ensureCluster } from './cluster.js';
import { findHome, type Home, SYSTEM_FOLDER } from './home.js';
import { Keeper } from './keeper.js';
import { freePort, recordedPort, startServer, stopServer } from './server-process.js';
import { SETTINGS } from './settings.js';

/** A start fails when the port was taken meanwhile, or while the processes of a killed server still end. */
const START_ATTEMPTS = 6;

/** How long to wait for a server that is there but not ready: it is starting, recovering or stopping. */
const BUSY_SECONDS = 300;

/** Between two rounds of attempts to bring a lost server back, for as long as this process lives. */
const RESTART_PAUSE_MS = 5_000;

/**
 * How long the end of a process waits for the end of PostgreSQL, which writes its memory to the disk first. It goes
 * on alone after that, and a start that meets it waits for it.
 */
const STOP_SECONDS = 3;

/** SQLSTATE of a server that is starting, recovering or stopping. */
const CANNOT_CONNECT_NOW = '57P03';

export interface EmbeddedOptions {
  /** Settings that replace those of {@link SETTINGS}. */
  settings?: Record<string, string>;
  /** Where root keeps a database whose data folder PostgreSQL's user cannot reach. */
  systemFolder?: string;
  /** The folder of the package with the binaries, where it is not found by its name. */
  packageFolder?: string;
  /** Ends the making of a database, and the wait for a server that another process starts or stops. */
  stopping?: AbortSignal | undefined;
}

/** A use of the embedded server. It runs as long as one process has one. */
export interface EmbeddedDatabase {
  /** A `postgres://` URL with the password. */
  url: string;
  /**
   * Makes this process the only one that serves this data folder, until it ends or releases.
   * @throws DatabaseStartError when another process does already
   */
  claim(): Promise<void>;
  /** Ends this use, and stops the server unless another process uses it. Close the pool first. */
  release(waitSeconds?: number): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL of a data folder, or joins the one that runs there already.
 * @param dataDir the data folder; it is made when it is not there
 * @throws DatabaseStartError when it cannot be started, saying why
 */
export async function startEmbedded(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  const home = findHome(resolve(dataDir), options.systemFolder ?? SYSTEM_FOLDER);
  checkAccess(home);
  const binaries = findBinaries(home, options.packageFolder);
  await ensureCluster(home, binaries, options.stopping);
  const settings = { ...SETTINGS, ...options.settings };
  const logger = new Logger('Database');

  let keeper = await ensureRunning(home, binaries, settings, { stopping: options.stopping });
  let claimed = false;
  let released = false;
  const { url } = keeper;

  // The pool reconnects by itself, to the same port: all that is needed is that a server is there again.
  let restarting: Promise<void> | undefined;
  const restart = async (): Promise<void> => {
    logger.warn('the embedded PostgreSQL is gone, starting it again');
    for (let lost = true; lost && !released;) {
      try {
        keeper = await ensureRunning(home, binaries, settings, { port: Number(new URL(url).port) });
        if (claimed && !(await keeper.claim()))
          logger.error('another server has taken over this data folder');
        lost = false;
      } catch (error) {
        logger.error(`the embedded PostgreSQL does not start: ${String(error)}`);
        await sleep(RESTART_PAUSE_MS);
      }
    }
    watch();
  };
  const watch = (): void => {
    keeper.onLost(() => {
      if (!released) restarting = restart();
    });
  };
  watch();

  return {
    url,
    claim: async () => {
      claimed = await keeper.claim();
      if (claimed) return;
      throw new DatabaseStartError(
        `Another Carillon server already runs on the data folder ${resolve(dataDir)}. ` +
          `Stop it first, or give this one a folder of its own (CARILLON_DATA_DIR) or a database (DATABASE_URL).`,
      );
    },
    release: async (waitSeconds = STOP_SECONDS) => {
      if (released) return;
      released = true;
      await restarting;
      await keeper.release(() => stopServer(home, binaries, waitSeconds));
    },
  };
}

/**
 * Joins the server if it answers, else starts it, until one of the two has worked. Processes that do this at the
 * same time need no lock of their own: PostgreSQL lets only one server into a folder, and the others then join it.
 */
async function ensureRunning(
  home: Home,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
  { port: fixedPort, stopping }: { port?: number; stopping?: AbortSignal | undefined },
): Promise<Keeper> {
  const deadline = performance.now() + BUSY_SECONDS * 1000;
  let failures = 0;
  let said = '';
  while (failures < START_ATTEMPTS && performance.now() < deadline) {
    stopping?.throwIfAborted();
    const port = recordedPort(home);
    const found = port === undefined ? 'gone' : await join(clusterUrl(home, port));
    if (found instanceof Keeper) return found;
    if (found === 'busy') {
      await sleep(100);
      continue;
    }
    const chosen = fixedPort ?? (await freePort());
    const refusal = await startServer(home, binaries, chosen, settings, stopping);
    if (refusal === undefined) {
      const started = await join(clusterUrl(home, recordedPort(home) ?? 0));
      if (started instanceof Keeper) return started;
    }
    said = refusal ?? 'it was stopped right after its start';
    failures += 1;
    await sleep(100 * 2 ** failures);
  }
  throw new DatabaseStartError(`The embedded PostgreSQL in ${home.cluster} does not start. It said: ${said}`);
}

/** `gone` also stands for a stale pid file whose port is another program's by now: the password does not fit. */
async function join(url: string): Promise<Keeper | 'busy' | 'gone'> {
  try {
    return await Keeper.open(url);
  } catch (error) {
    return error instanceof pg.DatabaseError && error.code === CANNOT_CONNECT_NOW ? 'busy' : 'gone';
  }
}

function checkAccess({ cluster }: Home): void {
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid;
  const self = process.getuid?.();
  if (owner === undefined || self === undefined || self === 0 || owner === self) return;
  throw new DatabaseStartError(
    `The database in ${cluster} belongs to another user (uid ${owner}). Start Carillon as that user or as root, ` +
      `or set CARILLON_DATA_DIR to a folder of your own.`,
  );
}
