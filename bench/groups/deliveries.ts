import { addEndpoints, removeEndpoints } from '../endpoints.js';
import { LoadGenerator, type Request } from '../load.js';
import { race } from '../measure.js';
import { startProgram, type Program } from '../processes.js';
import { atLeast, type Row } from '../result.js';
import { deliver, figureOf, loop, ratioOf, type Turn } from '../turns.js';
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
    const send = (stuck: string[] = []) =>
      deliver(world, sink, { channel: 'webhook', users: good, hanging: stuck, count: DELIVERIES });
    for (let turn = 0; turn < WARM_UP; turn += 1) await send();
    for (const plainly of [false, true]) await clientLoop(client, world, sink, plainly);
    for (let round = 0; round < ROUNDS; round += 1) {
      turns.bare.push(await clientLoop(client, world, sink, false));
      turns.plain.push(await clientLoop(client, world, sink, true));
      turns.carillon.push(await send());
    }
    const against = (floor: Turn[]): number => ratioOf(turns.carillon, floor);
    const carillon = figureOf(turns.carillon, DELIVERIES);
    await addEndpoints(world, hanging, [`${sink.url}/hang`]);
    const besideHanging = await send(hanging);
    return [
      {
        group: 'deliveries',
        what: 'webhook deliveries to a local sink',
        carillon,
        floors: [
          {
            name: 'bare client loop',
            figure: figureOf(turns.plain, DELIVERIES),
            ratio: against(turns.plain),
          },
          {
            name: "the same on undici's dispatcher",
            figure: figureOf(turns.bare, DELIVERIES),
            ratio: against(turns.bare),
          },
        ],
        targets: [atLeast(against(turns.plain), 0.5, 'bare client loop')],
        note: `p50 and p99 are of one attempt, from its beginning to its answer; Carillon's are from what it keeps of each delivery, in whole milliseconds, up to eight at once to each of ${RECEIVERS} endpoints instead of ${CONNECTIONS} in all`,
      },
      {
        group: 'deliveries',
        what: 'the same, while as many endpoints hang',
        carillon: figureOf([besideHanging], DELIVERIES),
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
  const pace = { count: DELIVERIES, connections: CONNECTIONS };
  return loop(world, client, pace, { url: sink.url, requests: [request], plainly });
}
