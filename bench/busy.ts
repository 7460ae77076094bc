import { performance } from 'node:perf_hooks';
import type { LoadResult, Pace } from './load.js';

/** One connection's worth of what is sent. */
export interface Client {
  /** Sends what has this number. @returns what went wrong, if anything did */
  send(number: number): Promise<string | undefined>;
  close?(): Promise<void>;
}

class Latencies {
  private values = new Float64Array(65_536);
  count = 0;

  add(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(this.count * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count] = value;
    this.count += 1;
  }

  toArray(): number[] {
    return [...this.values.subarray(0, this.count)];
  }
}

/** Keeps so many clients busy: each sends its next when the last has been answered. */
export async function keepBusy(pace: Pace, clientOf: (number: number) => Client): Promise<LoadResult> {
  const latencies = new Latencies();
  const errors: Record<string, number> = {};
  let next = pace.first;
  const began = performance.now();
  const end = began + pace.milliseconds;
  let ended = began;

  const run = async (client: Client): Promise<void> => {
    // Stops by time or by count, whichever comes first; what is under way at the end still counts.
    while (performance.now() < end && next < pace.first + pace.most) {
      const sent = performance.now();
      const error = await client.send(next++).catch((problem: Error) => problem.message);
      ended = performance.now();
      if (error === undefined) latencies.add(ended - sent);
      else errors[error] = (errors[error] ?? 0) + 1;
    }
    await client.close?.();
  };
  await Promise.all(Array.from({ length: pace.connections }, (_, number) => run(clientOf(number))));
  return { latencies: latencies.toArray(), milliseconds: ended - began, next, errors };
}

/** Makes this process one that does what it is told by the one that has started it, until that ends. */
export function workFor<Given>(run: (given: Given) => Promise<LoadResult>): void {
  process.on('message', (given: Given) => {
    run(given).then(
      (result) => process.send?.(result),
      (error: Error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}
