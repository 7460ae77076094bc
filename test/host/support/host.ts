import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Alone on a line, or in what the server says. */
const ADDRESS = /(?:^|listens on )(http:[^\s"]+)/m;

/** A host application in a process of its own. */
export class Host {
  private child: ChildProcess | undefined;

  /** @param folder where it is installed */
  constructor(private readonly folder: string) {}

  /**
   * @param args what Node runs
   * @returns where it listens, or why it does not: all that it printed
   */
  async start(args: string[], env: Record<string, string>): Promise<string> {
    this.child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => (output += String(chunk)));
    const exited = once(this.child, 'exit').then(() => 'exit');
    while (!ADDRESS.test(output)) {
      const tick = new Promise((wake) => setTimeout(wake, 20, 'tick'));
      if ((await Promise.race([exited, tick])) === 'exit') return output;
    }
    return ADDRESS.exec(output)?.[1] ?? '';
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }

  /** @returns what a program of its folder prints, also when it fails */
  run(script: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    const options = { cwd: this.folder, env: { PATH: process.env['PATH'], ...env } };
    return run(process.execPath, [script, ...args], options).then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
  }
}

/** Calls a route that answers JSON. */
export async function call(
  url: string,
  method: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
