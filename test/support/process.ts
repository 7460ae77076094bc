import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface TestProcess {
  child: ChildProcess;
  /** The next line of its output; fails with its error output when it ends before. */
  line(): Promise<string>;
  /** Ends its input, or kills it, and waits for its end. Returns the exit code, null when killed. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a TypeScript file of test/support/ as a process of its own. */
export function startProcess(script: string, ...args: string[]): TestProcess {
  const child = spawn(process.execPath, ['--import', './test/support/typescript.mjs', script, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const exited = once(child, 'exit');
  return {
    child,
    line: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended: ${errors}`);
      return value;
    },
    end: async (signal) => {
      if (signal) child.kill(signal);
      else child.stdin.end();
      await exited;
      return child.exitCode;
    },
  };
}
