import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** One run of the load generator. */
export interface Load {
  /** Of a program, or of several that share the connections. */
  url: string | string[];
  requests: Request[];
  /** The request to begin with; the list is gone through in circles. */
  first: number;
  connections: number;
  milliseconds: number;
  /** How many requests to send at the most. */
  most: number;
  /** Sent by Node's own HTTP client, the floor of what is sent, instead of a faster one that takes less from the measured. */
  plainly?: boolean;
}

export interface LoadResult {
  /** Of each request that was answered with success, in milliseconds. */
  latencies: number[];
  milliseconds: number;
  /** The request to go on with. */
  next: number;
  /** How many failed, by status or message. */
  errors: Record<string, number>;
}

/** The process that makes the load, so that measuring takes nothing from what is measured but the machine. */
export class LoadGenerator {
  private constructor(private readonly child: ChildProcess) {}

  static async start(): Promise<LoadGenerator> {
    const script = fileURLToPath(new URL('./load-worker.js', import.meta.url));
    const child = fork(script, { serialization: 'advanced' });
    await once(child, 'message');
    return new LoadGenerator(child);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async run(load: Load): Promise<LoadResult> {
    const answer = once(this.child, 'message');
    this.child.send(load);
    const [result] = (await answer) as [LoadResult];
    return result;
  }

  stop(): void {
    this.child.disconnect();
  }
}
