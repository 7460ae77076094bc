import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { openDatabase } from '../src/database/data-source.js';
import { startEmbedded } from '../src/database/embedded/embedded.js';
import { CpuMeter } from './cpu.js';
import { addApiKey, fill, recount, userId, type Scale } from './database.js';
import type { FloorOptions } from './floors/http.js';
import { LoadGenerator } from './load.js';
import { startProgram, startServer, type Program } from './processes.js';

/** Signs tokens and encrypts endpoints. */
const SECRET = 'the secret of the benchmark, of 32 characters and more';

/** The default of DATABASE_POOL_SIZE; the floors have as many. */
const POOL_SIZE = 10;

/** Users who ask: more than there are connections by far, so that each comes back after seconds only. */
const CALLERS = 2_000;

/** Everything that is measured, and what measures it. */
export interface World {
  scale: Scale;
  /** A temporary folder of this run. */
  folder: string;
  databaseUrl: string;
  db: pg.Pool;
  readonly server: Program;
  plain: Program;
  best: Program;
  /** The plain floor again, but it verifies every request's token with `jsonwebtoken`. */
  plainWithJwt: Program;
  load: LoadGenerator;
  cpu: CpuMeter;
  apiKey: string;
  /** The key with which the server encrypts. */
  secret: string;
  /** Ordinary users, in an order that says nothing. */
  callers: string[];
  /** The header that says who asks. */
  as(user: string): Record<string, string>;
  /** Other variables for another server on the same database. */
  environment: Record<string, string>;
  /** Ends the server, and starts one that has done nothing yet. @param more variables for it alone */
  restartServer(more?: Record<string, string>): Promise<void>;
}

export interface WorldOptions {
  scale: Scale;
  /** Keeps the data there, and uses what it finds there: for those who work on one part and measure it often. */
  keep?: string;
  /** Flags of Node for the server, such as `--cpu-prof`. */
  serverFlags?: string[];
  /** Settings of PostgreSQL that are not those of a server in use. */
  settings?: Record<string, string>;
  say: (what: string) => void;
}

/** Makes everything, calls `work` and removes everything again, whatever happens. */
export async function withWorld(
  { scale, keep, serverFlags = [], settings = {}, say }: WorldOptions,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const closers: (() => unknown)[] = keep ? [] : [() => rmSync(folder, { recursive: true, force: true })];
  const closing = <T>(thing: T, close: (thing: T) => unknown): T => {
    closers.unshift(() => close(thing));
    return thing;
  };
  // Ctrl-C reaches the children too; the database is the one that would outlive us.
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });
  const run = async () => {
    say('starting PostgreSQL');
    const database = closing(await startEmbedded(folder, { settings }), (it) => it.release());
    const dataSource = await openDatabase({ url: database.url, poolSize: 2, schema: 'carillon' });
    await dataSource.destroy();
    const db = closing(new pg.Pool({ connectionString: database.url, max: 2 }), (it) => it.end());
    db.on('error', () => undefined);
    await fillOnce(db, scale, say);
    const apiKey = await addApiKey(db);

    const environment = {
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      CARILLON_DATA_DIR: folder,
      HOST: '127.0.0.1',
      PORT: '0',
      JWT_SECRET: SECRET,
      ENCRYPTION_KEY: SECRET,
      WEBHOOKS_ALLOW_NETWORKS: '127.0.0.0/8',
      // One key makes all the load here.
      RATE_LIMIT_PER_SECOND: '1000000',
      RATE_LIMIT_BURST: '1000000',
    };
    const floor = async (name: string, options: Partial<FloorOptions> = {}) => {
      const told = { databaseUrl: database.url, poolSize: POOL_SIZE, ...options };
      return closing(await startProgram(`bench/floor-${name}.js`, [JSON.stringify(told)]), (it) => it.stop());
    };
    let server = await startServer(environment, serverFlags);
    closers.unshift(() => server.stop());
    await work({
      scale,
      folder,
      databaseUrl: database.url,
      db,
      get server() {
        return server;
      },
      plain: await floor('plain'),
      best: await floor('best'),
      plainWithJwt: await floor('plain', { jwtSecret: SECRET }),
      load: closing(await LoadGenerator.start(), (it) => it.stop()),
      cpu: await CpuMeter.of(db),
      apiKey,
      secret: SECRET,
      callers: Array.from({ length: Math.min(CALLERS, scale.users) }, (_, index) =>
        userId((index * 7919) % scale.users),
      ),
      as: (user) => ({ authorization: `Bearer ${tokenOf(user)}` }),
      environment,
      restartServer: async (more = {}) => {
        await server.stop();
        server = await startServer({ ...environment, ...more }, serverFlags);
      },
    });
  };
  try {
    await Promise.race([run(), interrupted]);
  } finally {
    for (const close of closers) await Promise.resolve(close()).catch((error: Error) => say(error.message));
  }
}

async function fillOnce(db: pg.Pool, scale: Scale, say: (what: string) => void): Promise<void> {
  const { rowCount } = await db.query('SELECT FROM carillon.notifications LIMIT 1');
  if (rowCount) return recount(db);
  const began = performance.now();
  say(
    `writing ${scale.rows.toLocaleString('en')} notifications of ${scale.users.toLocaleString('en')} users`,
  );
  await fill(db, scale);
  say(`  took ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

const tokens = new Map<string, string>();

function tokenOf(user: string): string {
  let token = tokens.get(user);
  if (!token) {
    token = jwt.sign({ sub: user }, SECRET, { expiresIn: '6h' });
    tokens.set(user, token);
  }
  return token;
}
