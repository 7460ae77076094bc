import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { Client } from 'undici';
import type { Load, LoadResult } from './load.js';

/*
 * The load generator, a process of its own: `connections` clients, each of which sends its next request when it has
 * the answer to the last. The lists of requests are taken in order, so that no two of them are for the same thing.
 */

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

async function run(load: Load): Promise<LoadResult> {
  const latencies = new Latencies();
  const errors: Record<string, number> = {};
  let next = load.first;
  const began = performance.now();
  const end = began + load.milliseconds;
  let ended = began;
  const urls = [load.url].flat();

  const client = async (number: number): Promise<void> => {
    const url = new URL(urls[number % urls.length] ?? '');
    const http = new Client(url, { pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 });
    // Stops by time or by count, whichever comes first; what is under way at the end still counts.
    while (performance.now() < end && next < load.first + load.most) {
      const wanted = load.requests[next % load.requests.length];
      next += 1;
      if (!wanted) break;
      const sent = performance.now();
      const answered = load.plainly ? sendPlainly(url, wanted) : send(http, wanted);
      const status = await answered.catch((error: Error) => error.message);
      ended = performance.now();
      if (typeof status === 'number' && status < 300) latencies.add(ended - sent);
      else errors[status] = (errors[status] ?? 0) + 1;
    }
    await http.close();
  };
  await Promise.all(Array.from({ length: load.connections }, (_, number) => client(number)));
  return { latencies: latencies.toArray(), milliseconds: ended - began, next, errors };
}

/** Reads the whole answer and throws it away. */
function send(http: Client, { method, path, headers, body }: Load['requests'][number]): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    http.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(status),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

const agent = new Agent({ keepAlive: true });

function sendPlainly(
  { hostname: host, port }: URL,
  { method, path, headers, body }: Load['requests'][number],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host, port, path, method, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    call.on('error', reject).end(body);
  });
}

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.(result),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
