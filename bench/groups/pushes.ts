import { createECDH, randomBytes } from 'node:crypto';
import webpush from 'web-push';
import { turnOn } from '../contacts.js';
import { LoadGenerator } from '../load.js';
import { startProgram } from '../processes.js';
import type { PushLoad } from '../push-loop.js';
import { atLeast, type Row } from '../result.js';
import { addSubscriptions } from '../subscriptions.js';
import { deliver, figureOf, loop, ratioOf, type Turn } from '../turns.js';
import type { World } from '../world.js';

/** A browser gets two at once and fifty in a row: these keep the worker busy, and none gets more in a turn. */
const BROWSERS = 500;
/** Pushes of one turn: eight for each browser. */
const PUSHES = 4_000;
/** As many as the worker has under way at once. */
const CONNECTIONS = 64;
const ROUNDS = 5;
/** Turns that are not measured. */
const WARM_UP = 2;
const SUBJECT = 'mailto:bench@example.com';
const LOOP = 'bare loop of web-push';

/** Pushes a second to a local push service, against web-push alone. */
export async function pushes(world: World): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  const { publicKey, privateKey } = webpush.generateVAPIDKeys();
  await world.restartServer({
    VAPID_PUBLIC_KEY: publicKey,
    VAPID_PRIVATE_KEY: privateKey,
    VAPID_SUBJECT: SUBJECT,
  });
  const client = await LoadGenerator.start<PushLoad>('bench/push-loop.js');
  try {
    const browser = createECDH('prime256v1');
    const keys = { p256dh: browser.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
    const users = Array.from({ length: BROWSERS }, (_, index) => `pushed_${index}`);
    await addSubscriptions(world, users, `${sink.url}/ok`, keys);
    await turnOn(world, users, 'push');
    const given = { subscription: { endpoint: `${sink.url}/ok`, keys }, payload: JSON.stringify(PAYLOAD) };
    const vapid = { subject: SUBJECT, publicKey, privateKey };
    const { Authorization: signed } = webpush.getVapidHeaders(
      sink.url,
      SUBJECT,
      publicKey,
      privateKey,
      'aes128gcm',
    );
    const pace = { count: PUSHES, connections: CONNECTIONS };
    const options = { TTL: 86_400, urgency: 'normal' as const };
    const bare = () => loop(world, client, pace, { ...given, options: { ...options, vapidDetails: vapid } });
    const once = () =>
      loop(world, client, pace, { ...given, options: { ...options, headers: { Authorization: signed } } });
    const send = () => deliver(world, sink, { channel: 'push', users, count: PUSHES });
    const turns = { bare: [] as Turn[], once: [] as Turn[], carillon: [] as Turn[] };
    for (let turn = 0; turn < WARM_UP; turn += 1) await send();
    for (const warm of [bare, once]) await warm();
    for (let round = 0; round < ROUNDS; round += 1) {
      turns.bare.push(await bare());
      turns.once.push(await once());
      turns.carillon.push(await send());
    }
    const floor = (name: string, of: Turn[]) => ({
      name,
      figure: figureOf(of, PUSHES),
      ratio: ratioOf(turns.carillon, of),
    });
    return [
      {
        group: 'pushes',
        what: 'web pushes to a local push service',
        carillon: figureOf(turns.carillon, PUSHES),
        floors: [floor(LOOP, turns.bare), floor('the same, signed once for all', turns.once)],
        targets: [atLeast(ratioOf(turns.carillon, turns.bare), 0.7, LOOP)],
        note: `p50 and p99 are of one attempt, Carillon's in whole milliseconds; up to two at once to each of ${BROWSERS} browsers instead of ${CONNECTIONS} in all`,
      },
    ];
  } finally {
    client.stop();
    await world.db.query('DELETE FROM carillon.deliveries; DELETE FROM carillon.push_subscriptions');
    await world.restartServer();
    await sink.stop();
  }
}

/** As long as what the server sends of the event. */
const PAYLOAD = {
  id: 'x'.repeat(36),
  type: 'job_completed',
  level: 'success',
  title: 'The nightly import of customer data has ended',
  body: 'It took 214 seconds and read 18,240 rows, of which 12 were left out. The report names each of them.',
  link: '/jobs/4711',
  tag: 'x'.repeat(36),
};
