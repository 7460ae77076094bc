import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { built } from './processes.js';

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** How much is sent, and how long. */
export interface Pace {
  /** What to begin with; lists are gone through in circles. */
  first: number;
  connections: number;
  milliseconds: number;
  /** How many to send at the most. */
  most: number;
}

/** One run of the load generator. */
export interface Load extends Pace {
  /** Of a program, or of several that share the connections. */
  url: string | string[];
  requests: Request[];
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
export class LoadGenerator<Given = Load> {
  private constructor(private readonly child: ChildProcess) {}

  static async start<Given = Load>(script = 'bench/load-worker.js'): Promise<LoadGenerator<Given>> {
    const child = fork(built(script), { serialization: 'advanced' });
    await once(child, 'message');
    return new LoadGenerator<Given>(child);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async run(load: Given): Promise<LoadResult> {
    const answer = once(this.child, 'message');
    this.child.send(load as object);
    const [result] = (await answer) as [LoadResult];
    return result;
  }

  stop(): void {
    this.child.disconnect();
  }
}
