import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import type pg from 'pg';

/** What a result was measured on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  postgres: string;
  /** Of the last minute before the run began: anything above zero is other work. */
  loadBefore: number;
  at: string;
}

export async function describeMachine(db: pg.Pool, loadBefore: number): Promise<Machine> {
  const { rows } = await db.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    postgres: rows[0]?.version ?? 'unknown',
    loadBefore,
    at: new Date().toISOString(),
  };
}

export function loadNow(): number {
  return Math.round((loadavg()[0] ?? NaN) * 10) / 10;
}
