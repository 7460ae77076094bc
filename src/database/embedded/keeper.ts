import pg from 'pg';
import { DatabaseClient } from '../client.js';
import { connectionConfig } from '../connection.js';

/** Held in common by every process that uses the embedded server. Both numbers are arbitrary, and fixed. */
const IN_USE_LOCK = 7_402_511_874;

/** Held by the one process that serves the data folder. */
const SERVER_LOCK = 7_402_511_875;

/**
 * A connection that a process holds as long as it uses the embedded server. Its locks say so to the other
 * processes, and they end with it: a killed process uses nothing any more.
 */
export class Keeper {
  private lost = false;
  private onLostHandler: (() => void) | undefined;

  private constructor(
    readonly url: string,
    private readonly client: pg.Client,
  ) {}

  /**
   * Connects and makes the database if it is not there.
   * Waits while another process, which was alone until now, stops the server; the connection then fails.
   */
  static async open(url: string): Promise<Keeper> {
    const admin = new URL(url);
    admin.pathname = '/postgres';
    const client = new DatabaseClient(connectionConfig(admin.href, 'carillon-keeper'));
    const keeper = new Keeper(url, client);
    client.on('end', () => keeper.end());
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE_LOCK]);
      await keeper.ensureDatabase();
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return keeper;
  }

  /** Calls `handler` when the connection ends, however it ends; at once when it has. */
  onLost(handler: () => void): void {
    this.onLostHandler = handler;
    if (this.lost) handler();
  }

  /** Whether this process is now the one that serves the data folder. */
  async claim(): Promise<boolean> {
    return this.tryLock(SERVER_LOCK);
  }

  /** Ends this use. When it was the last one, calls `stop` while no other process can begin one. */
  async release(stop: () => Promise<void>): Promise<void> {
    if (this.lost) return;
    try {
      await this.client.query('SELECT pg_advisory_unlock_shared($1)', [IN_USE_LOCK]);
      if (await this.tryLock(IN_USE_LOCK)) await stop();
    } catch (error) {
      // Stopped or killed by another process in between: that ends this use as well.
      if (!this.lost) throw error;
    } finally {
      await this.client.end().catch(() => undefined);
    }
  }

  private async tryLock(lock: number): Promise<boolean> {
    const { rows } = await this.client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [lock],
    );
    return rows[0]?.locked === true;
  }

  private async ensureDatabase(): Promise<void> {
    const name = new URL(this.url).pathname.slice(1);
    const { rowCount } = await this.client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    try {
      await this.client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    } catch (error) {
      // Another process that starts at this moment was faster.
      const there = error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505');
      if (!there) throw error;
    }
  }

  private end(): void {
    this.lost = true;
    this.onLostHandler?.();
  }
}
