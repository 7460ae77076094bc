import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../measure.js';
import { built, memoryOf, startServer, type Program } from '../processes.js';
import type { Row } from '../result.js';
import type { StreamOrder, StreamReport } from '../stream-client.js';
import type { World } from '../world.js';

/** Open streams at which something is measured. */
const STEPS = [1_000, 5_000];
/** Events at each step, one every so many milliseconds, each for another user with a stream. */
const EVENTS = 300;
const EVERY_MS = 10;
/** For the garbage of opening the streams to be collected, and for stragglers to arrive. */
const SETTLE_MS = 3_000;

const MOST_BYTES = 25 * 1024;
const MOST_P99_MS = 250;

/** Open streams: memory for each, and the time from posting an event until it is in the browser. */
export async function streams(world: World): Promise<Row[]> {
  // A server of its own, so that its memory holds nothing but streams.
  const server = await startServer(world.environment);
  const child = fork(built('bench/stream-client.js'), { serialization: 'advanced' });
  const rows: Row[] = [];
  try {
    await once(child, 'message');
    const users = Array.from({ length: Math.max(...STEPS) }, (_, index) => `browser_${index}`);
    const tokens = users.map((user) => (world.as(user)['authorization'] ?? '').slice('Bearer '.length));
    // The first streams bring the code they need into memory: that is not the price of a stream.
    await ask(child, { open: { url: server.url, tokens: tokens.slice(0, 50) } });
    await sleep(SETTLE_MS);
    const before = memoryOf(server.pid);
    let opened = 50;
    for (const step of STEPS) {
      await ask(child, { open: { url: server.url, tokens: tokens.slice(opened, step) } });
      opened = step;
      await sleep(SETTLE_MS);
      const each = (memoryOf(server.pid) - before) / (step - 50);
      const latencies = await latenciesOf(world, server, child, users.slice(0, step));
      const p99 = percentile(latencies, 99);
      rows.push({
        group: 'streams',
        what: `${step.toLocaleString('en')} open streams`,
        carillon: `${(each / 1024).toFixed(1)} KB each, post to browser p50 ${percentile(latencies, 50).toFixed(1)}, p99 ${p99.toFixed(1)} ms`,
        floors: [],
        targets: [
          // With few streams, what is shared out is most of all the young generation, which fills while they are opened.
          ...(step === STEPS.at(-1) ? [{ text: '≤ 25 KB each', met: each <= MOST_BYTES }] : []),
          { text: 'p99 < 250 ms', met: p99 < MOST_P99_MS && latencies.length === EVENTS },
        ],
        ...(latencies.length < EVENTS && { note: `${EVENTS - latencies.length} events did not arrive` }),
      });
    }
  } finally {
    child.disconnect();
    await server.stop();
  }
  return rows;
}

/** From sending the request that posts an event, so with its commit, until the browser has it. */
async function latenciesOf(
  world: World,
  server: Program,
  child: ChildProcess,
  users: string[],
): Promise<number[]> {
  const sent = new Map<string, number>();
  const answers: Promise<unknown>[] = [];
  for (let number = 0; number < EVENTS; number += 1) {
    const mark = `mark-${number}`;
    const body = JSON.stringify({
      type: 'job_completed',
      user_ids: [users[(number * 7919) % users.length]],
      title: mark,
    });
    sent.set(mark, performance.timeOrigin + performance.now());
    answers.push(
      fetch(`${server.url}/v1/events`, {
        method: 'POST',
        headers: { 'x-api-key': world.apiKey, 'content-type': 'application/json' },
        body,
      }).then((response) => response.text()),
    );
    await sleep(EVERY_MS);
  }
  await Promise.all(answers);
  await sleep(SETTLE_MS);
  const arrived = new Map<string, number>();
  for (const [mark, at] of (await ask(child, 'report')) as StreamReport) {
    if (!arrived.has(mark)) arrived.set(mark, at);
  }
  return [...arrived].map(([mark, at]) => at - (sent.get(mark) ?? NaN));
}

async function ask(child: ChildProcess, order: StreamOrder): Promise<unknown> {
  const answer = Promise.race([
    once(child, 'message').then(([message]) => message as unknown),
    once(child, 'exit').then(() => Promise.reject(new Error('the client of the streams ended'))),
  ]);
  child.send(order);
  return answer;
}
