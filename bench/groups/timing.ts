import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addEndpoints, removeEndpoints } from '../endpoints.js';
import { startProgram } from '../processes.js';
import { atLeast, type Row } from '../result.js';
import { deliver, figureOf, ratioOf, type Turn } from '../turns.js';
import type { World } from '../world.js';

/** As in the group of deliveries. */
const RECEIVERS = 200;
const DELIVERIES = 20_000;
const ROUNDS = 5;
const WARM_UP = 3;

/** Of a type that asks for each delivery what has become of the user's copy, and what the user has set. */
const TIMED = {
  key: 'job_timed',
  description: 'When a job completes, unless the user has read it by then',
  webhook_event: 'job.timed',
  channels: { webhook: { default: true, unless: 'read' } },
};

/** Deliveries a second of a type with timing, against the same ones of a type without. */
export async function timing(world: World): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  const typesFile = join(world.folder, 'types.json');
  writeFileSync(typesFile, JSON.stringify([TIMED]));
  await world.restartServer({ NOTIFICATION_TYPES_FILE: typesFile });
  try {
    const users = Array.from({ length: RECEIVERS }, (_, index) => `timed_receiver_${index}`);
    await addEndpoints(world, users, [`${sink.url}/ok`]);
    const send = (type?: string) =>
      deliver(world, sink, { channel: 'webhook', type, users, count: DELIVERIES });
    const turns = { without: [] as Turn[], carillon: [] as Turn[] };
    for (let turn = 0; turn < WARM_UP; turn += 1) for (const type of [undefined, TIMED.key]) await send(type);
    for (let round = 0; round < ROUNDS; round += 1) {
      turns.without.push(await send());
      turns.carillon.push(await send(TIMED.key));
    }
    const ratio = ratioOf(turns.carillon, turns.without);
    return [
      {
        group: 'deliveries',
        what: 'webhook deliveries, unless the user has read it by then',
        carillon: figureOf(turns.carillon, DELIVERIES),
        floors: [{ name: 'without timing', figure: figureOf(turns.without, DELIVERIES), ratio }],
        targets: [atLeast(ratio, 0.8, 'without timing')],
      },
    ];
  } finally {
    await removeEndpoints(world);
    await world.restartServer();
    await sink.stop();
  }
}
