import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A start that takes longer has failed. */
const START_MS = 60_000;

/** A program of this benchmark that says where it listens. */
export interface Program {
  url: string;
  pid: number;
  /** Ends it, by a signal for the server and by its input for the others, and waits for that. */
  stop(): Promise<void>;
}

/** A file of the benchmark's own build. */
export function built(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/**
 * Starts a Node program and waits until it has printed a line with its URL.
 * @throws Error with all that it printed when it ends before, or takes too long
 */
export async function startProgram(
  script: string,
  args: string[] = [],
  environment: Record<string, string> = {},
  nodeFlags: string[] = [],
): Promise<Program> {
  const child = spawn(process.execPath, [...nodeFlags, built(script), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const url = await firstUrl(script, child);
  return {
    url,
    pid: child.pid as number,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.stdin?.end();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * Starts the server as `npm start` does, with the same flags of Node's.
 * @param moreFlags besides these
 */
export async function startServer(
  environment: Record<string, string>,
  moreFlags: string[] = [],
): Promise<Program> {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  const flags = scripts.start.split(' ').filter((word) => word.startsWith('--'));
  return startProgram('src/main.js', [], environment, [...flags, ...moreFlags]);
}

function firstUrl(script: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => fail('took too long to start'), START_MS);
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${script} ${what}. It said:\n${said}`));
    };
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      if (url !== undefined) process.stderr.write(chunk as Buffer);
    });
    let url: string | undefined;
    // Goes on reading after the line: a full pipe would stop the program.
    createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => {
      if (url !== undefined) return;
      said += `${line}\n`;
      url = /http:\/\/[\w.:]+/.exec(line)?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(url);
    });
  });
}

/** Memory that a process holds (resident set), in bytes. */
export function memoryOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
