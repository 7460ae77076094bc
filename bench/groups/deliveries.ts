import { setTimeout as sleep } from 'node:timers/promises';
import { addEndpoints, removeEndpoints } from '../endpoints.js';
import type { Request } from '../load.js';
import { median, race, type Figure } from '../measure.js';
import { startProgram, type Program } from '../processes.js';
import { atLeast, type Row } from '../result.js';
import type { World } from '../world.js';
import { post } from './notify.js';

/** Users with an endpoint each: an endpoint gets eight requests at once, so that many keep the worker busy. */
const RECEIVERS = 200;
/** Deliveries of one turn: a hundred for each endpoint. */
const DELIVERIES = 20_000;
/** Connections of the bare client: more make it no faster. */
const CONNECTIONS = 64;
const ROUNDS = 3;
/** For the deliveries of the event itself to be made. */
const SETTLE_MS = 1_000;
/** A turn that has not ended by then has failed. */
const LIMIT_MS = 60_000;

/** One turn: deliveries a second, and the processor time of all of them in milliseconds. */
interface Turn {
  rate: number;
  cpu: Figure['cpu'];
}

/** Deliveries a second to a local receiver, against a bare client loop; then with as many receivers that hang. */
export async function deliveries(world: World): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  try {
    const good = Array.from({ length: RECEIVERS }, (_, index) => `receiver_${index}`);
    const hanging = Array.from({ length: RECEIVERS }, (_, index) => `hanging_receiver_${index}`);
    await addEndpoints(world, good, [`${sink.url}/ok`]);
    const rates = { plain: [] as number[], bare: [] as number[] };
    const turns: Turn[] = [];
    await deliver(world, sink, good);
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.bare.push(await clientLoop(world, sink, false));
      rates.plain.push(await clientLoop(world, sink, true));
      turns.push(await deliver(world, sink, good));
    }
    const ours = median(turns.map(({ rate }) => rate));
    const against = (floor: number[]): number =>
      median(turns.map(({ rate }, round) => rate / (floor[round] as number)));
    await addEndpoints(world, hanging, [`${sink.url}/hang`]);
    const besideHanging = await deliver(world, sink, good, hanging);
    return [
      {
        group: 'deliveries',
        what: 'webhook deliveries to a local sink',
        ours: `${rateText(ours)}, processor ${processorText(turns)} µs each`,
        floors: [
          { name: 'bare client loop', figure: rateText(median(rates.plain)), ratio: against(rates.plain) },
          {
            name: "the same on undici's dispatcher",
            figure: rateText(median(rates.bare)),
            ratio: against(rates.bare),
          },
        ],
        targets: [atLeast(against(rates.plain), 0.5, 'bare client loop')],
      },
      {
        group: 'deliveries',
        what: 'the same, while as many endpoints hang',
        ours: rateText(besideHanging.rate),
        floors: [{ name: 'without them', figure: rateText(ours), ratio: besideHanging.rate / ours }],
        targets: [],
      },
    ];
  } finally {
    await removeEndpoints(world);
    await sink.stop();
  }
}

/** One event for a user who has set preferences, and has three endpoints that all get it. */
export async function notifyWithWebhooks(world: World): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  try {
    const users = Array.from({ length: RECEIVERS }, (_, index) => `subscriber_${index}`);
    await addEndpoints(world, users, [`${sink.url}/ok`, `${sink.url}/ok`, `${sink.url}/ok`]);
    await world.db.query(
      `INSERT INTO carillon.preferences (user_id, type, in_app, toast, webhook, updated_at)
       SELECT user_id, 'job_completed', true, false, true, now() FROM unnest($1::text[]) AS user_id ON CONFLICT DO NOTHING`,
      [users],
    );
    const { figures, ratio, errors } = await race(world, {
      contestants: { plain: world.plain, ours: world.server },
      requests: users.map((user) => post(world, [user])),
      connections: 16,
      milliseconds: 1_000,
      rounds: 3,
    });
    return [
      {
        group: 'notify',
        what: 'notify one with preferences and three webhooks, 16 callers',
        ours: figures.ours,
        floors: [{ name: 'one-row INSERT', figure: figures.plain, ratio: ratio('ours', 'plain') }],
        targets: [],
        note: ['The deliveries are made meanwhile, by the same process.', ...errors].join(' '),
      },
    ];
  } finally {
    await removeEndpoints(world);
    await sink.stop();
  }
}

/**
 * Deliveries a second, from the first that arrives to the last. They are written straight into the queue: making
 * them by events would take time of the same process.
 */
async function deliver(world: World, sink: Program, good: string[], hanging: string[] = []): Promise<Turn> {
  const { path, headers, body } = post(world, [...good, ...hanging]);
  const response = await fetch(world.server.url + path, { method: 'POST', headers, body });
  if (response.status !== 201) throw new Error(await response.text());
  const { event } = (await response.json()) as { event: { id: string } };
  await sleep(SETTLE_MS);
  await fetch(`${sink.url}/reset`, { method: 'POST' });
  await world.db.query(
    `INSERT INTO carillon.deliveries (user_id, id, endpoint_id, event_id, event, created_at, next_attempt_at)
     SELECT w.user_id, carillon.uuid_v7(e.created_at), w.id, e.id, e.webhook_event, e.created_at, now()
     FROM carillon.events e, carillon.webhook_endpoints w, generate_series(1, $2)
     WHERE e.id = $1 AND w.user_id = ANY(e.recipients) AND w.deleted_at IS NULL`,
    [event.id, DELIVERIES / good.length],
  );
  const before = world.cpu.read(world.server.pid);
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const { received, milliseconds } = (await (await fetch(`${sink.url}/stats`)).json()) as {
      received: number;
      milliseconds: number;
    };
    if (received >= DELIVERIES) {
      const { program, database } = world.cpu.read(world.server.pid);
      return {
        rate: (received / milliseconds) * 1000,
        cpu: { program: program - before.program, database: database - before.database },
      };
    }
    if (performance.now() > deadline) throw new Error(`${received} of ${DELIVERIES} deliveries arrived`);
    await sleep(50);
  }
}

/**
 * The same body and the same headers in number and length, as fast as a client alone can send them.
 * @param plainly with `node:http`, which is what all floors are made of; else on undici's dispatcher, as Carillon does it
 */
async function clientLoop(world: World, sink: Program, plainly: boolean): Promise<number> {
  const request: Request = {
    method: 'POST',
    path: '/ok',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'x'.repeat(36),
      'webhook-timestamp': '1700000000',
      'webhook-signature': 'x'.repeat(47),
    },
    body: JSON.stringify({ type: 'job.completed', timestamp: new Date(), data: { text: 'x'.repeat(500) } }),
  };
  const result = await world.load.run({
    url: sink.url,
    requests: [request],
    first: 0,
    connections: CONNECTIONS,
    milliseconds: LIMIT_MS,
    most: DELIVERIES,
    plainly,
  });
  return (result.latencies.length / result.milliseconds) * 1000;
}

/** Of the process and of PostgreSQL, for one delivery in microseconds. */
function processorText(turns: Turn[]): string {
  return (['program', 'database'] as const)
    .map((part) => Math.round((median(turns.map(({ cpu }) => cpu[part])) * 1000) / DELIVERIES))
    .join(' + ');
}

function rateText(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}
