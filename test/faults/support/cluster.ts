import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Binaries, findBinaries } from '../../../src/database/embedded/binaries.js';
import { clusterUrl, ensureCluster } from '../../../src/database/embedded/cluster.js';
import { freePort, startServer } from '../../../src/database/embedded/server-process.js';
import { findHome, type Home } from '../../../src/database/embedded/home.js';
import { SETTINGS } from '../../../src/database/embedded/settings.js';
import { databaseUrl } from '../../support/database.js';
import { watchFolder } from '../../support/watch.js';

/**
 * A PostgreSQL of the test's own, which nothing starts again but the test. Its settings are those of the embedded
 * server: every commit waits for the disk.
 */
export class Cluster {
  private constructor(
    private readonly home: Home,
    private readonly binaries: Binaries,
    private readonly port: number,
    private readonly watch: ReturnType<typeof watchFolder>,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-faults-'));
    chmodSync(folder, 0o755);
    const watch = watchFolder(folder);
    const home = findHome(folder, folder);
    const binaries = findBinaries(home);
    await ensureCluster(home, binaries);
    const cluster = new Cluster(home, binaries, await freePort(), watch, { ...SETTINGS, ...settings });
    await cluster.start();
    return cluster;
  }

  async start(): Promise<void> {
    const refusal = await startServer(this.home, this.binaries, this.port, this.settings);
    if (refusal) throw new Error(refusal);
  }

  /** `fast` rolls back and ends every session; `immediate` is a crash, recovered from at the next start. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await promisify(execFile)(
      this.binaries.pgCtl,
      ['stop', '-m', mode, '-w', '-t', '60', '-D', this.home.cluster],
      { ...this.home.account, cwd: this.home.folder },
    );
  }

  /** `kill -9` of the postmaster: what it leaves behind is cleared away by the next {@link start} that succeeds. */
  kill(): void {
    const [pid] = readFileSync(join(this.home.cluster, 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  }

  /** A database with nothing in it: the first server on it makes the schema. */
  async createDatabase(): Promise<string> {
    const name = `faults_${randomBytes(6).toString('hex')}`;
    const client = new pg.Client({ connectionString: this.server });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return databaseUrl(this.server, name);
  }

  async destroy(): Promise<void> {
    await this.stop('immediate').catch(() => undefined);
    this.watch.stdin?.end();
  }

  /** The server itself, by its maintenance database. */
  get server(): string {
    return databaseUrl(clusterUrl(this.home, this.port), 'postgres');
  }
}
