import { spawn } from 'node:child_process';
import { DatabaseStartError } from '../start-error.js';
import type { Home } from './home.js';

/** How every program of PostgreSQL is run. */
export function runOptions(home: Home) {
  return {
    ...home.account,
    cwd: home.folder,
    // Nothing of this process: variables such as PGDATA or PGOPTIONS would have a say.
    env: { LC_ALL: 'C', TZ: 'UTC' },
    windowsHide: true,
  };
}

/** Runs a program to its end, which it is asked for when `stopping` says so. */
export function run(
  home: Home,
  program: string,
  args: string[],
  stopping?: AbortSignal,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const signal = stopping && { signal: stopping };
    const child = spawn(program, args, { ...runOptions(home), ...signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.once('error', (cause) => {
      if (!stopping?.aborted)
        reject(new DatabaseStartError(`Cannot run ${program}: ${cause.message}`, { cause }));
    });
    child.once('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}
