import { setTimeout as sleep } from 'node:timers/promises';
import { addEndpoints, removeEndpoints } from '../endpoints.js';
import { LoadGenerator, type Request } from '../load.js';
import { median, percentile, race, type Figure } from '../measure.js';
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
const ROUNDS = 5;
/** Turns that are not measured: the compiler takes that long to be done with the code of a delivery. */
const WARM_UP = 3;
/** For the deliveries of the event itself to be made. */
const SETTLE_MS = 1_000;
/** A turn that has not ended by then has failed. */
const LIMIT_MS = 60_000;

/** One turn: the processor time is that of all its deliveries. */
interface Turn {
  perSecond: number;
  /** Of each attempt, from its beginning to its answer, in milliseconds. */
  latencies: number[];
  cpu: Figure['cpu'];
}

/** Deliveries a second to a local receiver, against a bare client loop; then with as many receivers that hang. */
export async function deliveries(world: World): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  // A client of its own: the one of the other groups has seen so many kinds of requests by now that Node's HTTP client in
  // it takes half as much time again, and a slow floor would flatter. The same holds for the server.
  await world.restartServer();
  const client = await LoadGenerator.start();
  try {
    const good = Array.from({ length: RECEIVERS }, (_, index) => `receiver_${index}`);
    const hanging = Array.from({ length: RECEIVERS }, (_, index) => `hanging_receiver_${index}`);
    await addEndpoints(world, good, [`${sink.url}/ok`]);
    const turns = { plain: [] as Turn[], bare: [] as Turn[], carillon: [] as Turn[] };
    for (let turn = 0; turn < WARM_UP; turn += 1) await deliver(world, sink, good);
    for (const plainly of [false, true]) await clientLoop(client, world, sink, plainly);
    for (let round = 0; round < ROUNDS; round += 1) {
      turns.bare.push(await clientLoop(client, world, sink, false));
      turns.plain.push(await clientLoop(client, world, sink, true));
      turns.carillon.push(await deliver(world, sink, good));
    }
    const against = (floor: Turn[]): number =>
      median(turns.carillon.map(({ perSecond }, round) => perSecond / (floor[round] as Turn).perSecond));
    const carillon = figureOf(turns.carillon);
    await addEndpoints(world, hanging, [`${sink.url}/hang`]);
    const besideHanging = await deliver(world, sink, good, hanging);
    return [
      {
        group: 'deliveries',
        what: 'webhook deliveries to a local sink',
        carillon,
        floors: [
          { name: 'bare client loop', figure: figureOf(turns.plain), ratio: against(turns.plain) },
          {
            name: "the same on undici's dispatcher",
            figure: figureOf(turns.bare),
            ratio: against(turns.bare),
          },
        ],
        targets: [atLeast(against(turns.plain), 0.5, 'bare client loop')],
        note: `p50 and p99 are of one attempt, from its beginning to its answer; Carillon's are from what it keeps of each delivery, in whole milliseconds, up to eight at once to each of ${RECEIVERS} endpoints instead of ${CONNECTIONS} in all`,
      },
      {
        group: 'deliveries',
        what: 'the same, while as many endpoints hang',
        carillon: figureOf([besideHanging]),
        floors: [
          { name: 'without them', figure: carillon, ratio: besideHanging.perSecond / carillon.perSecond },
        ],
        targets: [],
      },
    ];
  } finally {
    client.stop();
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
      `INSERT INTO carillon.preferences (user_id, type, channel, enabled, updated_at)
       SELECT user_id, 'job_completed', channel, channel <> 'toast', now()
       FROM unnest($1::text[]) AS user_id, unnest('{in_app,toast,webhook}'::text[]) AS channel ON CONFLICT DO NOTHING`,
      [users],
    );
    const { figures, ratio, errors } = await race(world, {
      contestants: { plain: world.plain, carillon: world.server },
      requests: users.map((user) => post(world, [user])),
      connections: 16,
      milliseconds: 1_000,
      rounds: 3,
    });
    return [
      {
        group: 'notify',
        what: 'notify one with preferences and three webhooks, 16 callers',
        carillon: figures.carillon,
        floors: [{ name: 'one-row INSERT', figure: figures.plain, ratio: ratio('carillon', 'plain') }],
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
    `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, created_at, next_attempt_at)
     SELECT w.user_id, carillon.uuid_v7(e.created_at), 'webhook', w.id, e.id, e.webhook_event, e.created_at, now()
     FROM carillon.events e, carillon.webhook_endpoints w, generate_series(1, $2)
     WHERE e.id = $1 AND w.user_id = ANY($3) AND w.deleted_at IS NULL`,
    [event.id, DELIVERIES / good.length, [...good, ...hanging]],
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
        perSecond: (received / milliseconds) * 1000,
        latencies: await attemptsOf(world, event.id, good),
        cpu: { program: program - before.program, database: database - before.database },
      };
    }
    if (performance.now() > deadline) throw new Error(`${received} of ${DELIVERIES} deliveries arrived`);
    await sleep(50);
  }
}

/** Waits until the last answers are written down: what the log of attempts says is read after the measurement. */
async function attemptsOf(world: World, eventId: string, users: string[]): Promise<number[]> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const { rows } = await world.db.query<{ took: number }>(
      `SELECT d.duration_ms AS took FROM carillon.deliveries d
       WHERE d.event_id = $1 AND d.user_id = ANY($2) AND d.attempts = 1`,
      [eventId, users],
    );
    if (rows.length >= DELIVERIES) return rows.map(({ took }) => took);
    if (performance.now() > deadline) throw new Error(`${rows.length} of ${DELIVERIES} attempts are logged`);
    await sleep(200);
  }
}

/**
 * The same body and the same headers in number and length, as fast as a client alone can send them.
 * @param plainly with `node:http`, which is what all floors are made of; else on undici's dispatcher, as Carillon does it
 */
async function clientLoop(
  client: LoadGenerator,
  world: World,
  sink: Program,
  plainly: boolean,
): Promise<Turn> {
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
  const before = world.cpu.read(client.pid);
  const result = await client.run({
    url: sink.url,
    requests: [request],
    first: 0,
    connections: CONNECTIONS,
    milliseconds: LIMIT_MS,
    most: DELIVERIES,
    plainly,
  });
  return {
    perSecond: (result.latencies.length / result.milliseconds) * 1000,
    latencies: result.latencies,
    cpu: { program: world.cpu.read(client.pid).program - before.program, database: 0 },
  };
}

function figureOf(turns: Turn[]): Figure {
  const latencies = turns.flatMap((turn) => turn.latencies);
  const each = (part: 'program' | 'database') => median(turns.map(({ cpu }) => cpu[part])) / DELIVERIES;
  return {
    perSecond: median(turns.map(({ perSecond }) => perSecond)),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    cpu: { program: each('program'), database: each('database') },
  };
}
