import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Whatever becomes of this process (Ctrl-C and kill -9 included), its end closes the pipe, and this small process,
 * in a session of its own, then stops the PostgreSQL of a folder and removes the folder.
 * @returns the process; ending its input does the same at once
 */
export function watchFolder(folder: string): ChildProcess {
  const script = `
    cat >/dev/null
    pid=$(head -n 1 "$0/postgres/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" && sleep 1
    rm -rf "$0"`;
  const child = spawn('/bin/sh', ['-c', script, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
