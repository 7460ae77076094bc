import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** Clock ticks a second in /proc: the same on every Linux, whatever the kernel's own timer is. */
const TICKS = 100;

/**
 * Processor time of a program and of the whole of PostgreSQL. Unlike requests a second it hardly depends on what
 * else the machine does. From /proc, so on Linux only; elsewhere it answers NaN.
 */
export class CpuMeter {
  private constructor(private readonly postmaster: number) {}

  static async of(db: pg.Pool): Promise<CpuMeter> {
    const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return new CpuMeter(statOf(rows[0]?.pid ?? 0)?.parent ?? 0);
  }

  /** Milliseconds until now. */
  read(pid: number): { program: number; database: number } {
    const server = statOf(this.postmaster);
    if (!server) return { program: NaN, database: NaN };
    const backends = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOf(Number(name)))
      .filter((stat) => stat?.parent === this.postmaster);
    return {
      program: statOf(pid)?.own ?? NaN,
      // What a closed connection used is with its parent from then on.
      database: backends.reduce((sum, stat) => sum + (stat?.own ?? 0), server.own + server.ended),
    };
  }
}

/** What a process has used itself, and what those of its children had that have ended. */
function statOf(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which is in brackets and may hold anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const milliseconds = (user: number, system: number) =>
      (((fields[user] ?? NaN) + (fields[system] ?? NaN)) * 1000) / TICKS;
    return { parent: fields[1] ?? NaN, own: milliseconds(11, 12), ended: milliseconds(13, 14) };
  } catch {
    return undefined;
  }
}
