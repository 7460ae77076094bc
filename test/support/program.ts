import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Builds dist/ unless it is as new as the sources: what is tested is what is shipped. */
export function build(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A folder that every user can reach, unlike those of mkdtemp: PostgreSQL does not run as root. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'carillon-program-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export type Environment = Record<string, string>;

/** A built program in a process of its own, with nothing of this one's environment. */
export class Program {
  stdout = '';
  stderr = '';
  readonly exited: Promise<number | null>;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk) => (this.stdout += String(chunk)));
    child.stderr?.on('data', (chunk) => (this.stderr += String(chunk)));
    // Closed, not only ended: what it has written has arrived.
    this.exited = once(child, 'close').then(([code]) => code as number | null);
  }

  /** @param folder the working folder, in which it looks for a `.env` */
  static start(file: string, args: string[], folder: string, environment: Environment): Program {
    return new Program(
      spawn(process.execPath, ['--enable-source-maps', resolve('dist/src', file), ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'], ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Waits until it has written something; fails when it ends before. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    let ended = false;
    void this.exited.then(() => (ended = true));
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (ended) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  /** @returns the exit code, null when the signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
