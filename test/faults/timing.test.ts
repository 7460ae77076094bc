import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { postEvent, putContact } from './support/api.js';
import { report } from './support/report.js';
import { endMailWorld, startMailWorld, statusesOf, told, type MailWorld } from './support/mail-world.js';
import { Server } from './support/server.js';
import { Victim } from './support/victim.js';
import { until } from './support/wait.js';

const TYPES = [
  {
    key: 'job_failed',
    description: 'A job failed.',
    channels: { email: { default: true, delay: '1h', unless: 'read', digest: '1h' } },
  },
  { key: 'noise', description: 'What is sent at once.', channels: { email: true } },
];

let world: MailWorld;
beforeAll(async () => {
  world = await startMailWorld(TYPES);
});
afterAll(() => endMailWorld(world));

/** Everything that waits has waited long enough, and the leases of killed processes have ended. */
async function pass(): Promise<void> {
  await world.sql.rows(`UPDATE carillon.deliveries SET due_at = now() WHERE due_at > now()`);
  await world.sql.rows(
    `UPDATE carillon.deliveries SET lease_until = now() WHERE lease_until > now() AND finished_at IS NULL`,
  );
}

type Hold = 'quiet' | 'paused';

/** Has the users left alone, or not any more because that time is over. */
async function leaveAlone(users: readonly string[], hold: Hold, begins: boolean): Promise<void> {
  const around = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  const wall = (hours: number) => around(hours).toISOString().slice(11, 16);
  const quiet = hold === 'quiet' && begins ? { from: wall(-3), to: wall(3) } : null;
  const paused = hold === 'paused' ? around(begins ? 3 : -1) : null;
  await world.sql.rows(
    `INSERT INTO carillon.user_settings (user_id, quiet_hours, paused_until, updated_at)
     SELECT u, $2, $3, now() FROM unnest($1::text[]) AS u
     ON CONFLICT (user_id) DO UPDATE SET quiet_hours = excluded.quiet_hours, paused_until = excluded.paused_until`,
    [users, quiet && JSON.stringify(quiet), paused],
  );
}

async function untilSent(users: string, count: number): Promise<void> {
  await until(async () => {
    await world.sql.rows(`UPDATE carillon.deliveries SET due_at = now() WHERE due_at > now()`);
    await world.sql.rows(
      `UPDATE carillon.deliveries SET next_attempt_at = now() WHERE status = 'pending' AND next_attempt_at > now()`,
    );
    const [one, ...others] = await statusesOf(world.sql, users);
    return others.length === 0 && one?.status === 'delivered' && one.n === count;
  });
}

describe('kill -9 of the process that has what waits', () => {
  let victim: Victim;
  beforeEach(async () => {
    victim = await Victim.start(world, world.settings);
  });
  afterEach(() => victim.end());

  const reason = async (user: string) => (await statusesOf(world.sql, user)).map((row) => row.reason).join();

  it.each<[Hold, string, text: string, 'silent' | 'hold answers']>(
    (['quiet', 'paused'] as const).flatMap((hold) => [
      [hold, 'before it writes down that they are held', 'deliveries.record', 'silent'],
      [hold, 'when it has written that down', 'deliveries.record', 'hold answers'],
      [hold, 'before it wakes them at the end', 'deliveries.wake', 'silent'],
      [hold, 'when it has woken them', 'deliveries.wake', 'hold answers'],
      [hold, 'before it takes the parts', 'deliveries.takeItems', 'silent'],
      [hold, 'when it has sent them, and written nothing', 'deliveries.recordParts', 'silent'],
      [hold, 'after the commit of which it heard nothing', 'COMMIT', 'hold answers'],
    ]),
  )('%s, %s: each event is in one mail', async (hold, step, text, fault) => {
    const user = `${hold}-${step.replaceAll(/\W+/g, '-')}`;
    await putContact(victim.url, world.apiKey, user, { email: `${user}@example.com` });
    await leaveAlone([user], hold, true);
    const titles = ['one', 'two', 'three'].map((number) => `${number} ${user}`);
    const noise = { type: 'noise' };
    const post = async (title: string) => {
      const { status } = await postEvent(victim.url, world.apiKey, title, [user], undefined, noise);
      expect(status).toBe(201);
    };
    const isEarly = step.includes('held') || step.includes('that down');
    if (isEarly) victim.way.breakOn(text, fault);
    for (const title of titles) await post(title);
    if (!isEarly) {
      await until(async () => (await reason(user)) === hold);
      await victim.meanwhile(async () => {
        await leaveAlone([user], hold, false);
        await pass();
        victim.way.breakOn(text, fault);
      });
    }
    await victim.kill();
    await leaveAlone([user], hold, false);
    await pass();
    victim.goOn();
    await untilSent(user, titles.length);
    const mails = told(world, titles);
    for (const title of titles) {
      expect([title, new Set(mails.get(title)).size]).toEqual([title, 1]);
      expect(mails.get(title)?.length).toBeLessThanOrEqual(2);
    }
  });

  it.each<[string, waits: 'not yet' | 'delay' | 'digest', text: string, 'silent' | 'hold answers']>([
    ['before it writes down that they wait', 'not yet', 'deliveries.record', 'silent'],
    ['when it has written that down', 'not yet', 'deliveries.record', 'hold answers'],
    ['before it wakes what was delayed', 'delay', 'deliveries.wake', 'silent'],
    ['when it has woken it', 'delay', 'deliveries.wake', 'hold answers'],
    ['before it writes down that they are gathered', 'delay', 'deliveries.record', 'silent'],
    ['before it gathers them', 'digest', 'deliveries.wake', 'silent'],
    ['when it has gathered them', 'digest', 'deliveries.wake', 'hold answers'],
    ['before it takes the parts', 'digest', 'deliveries.takeItems', 'silent'],
    ['when it has taken the parts', 'digest', 'deliveries.takeItems', 'hold answers'],
    ['before it leaves out what was read', 'digest', 'deliveries.leaveOut', 'silent'],
    ['when it has sent them, and written nothing', 'digest', 'deliveries.record', 'silent'],
    ['before the outcome is that of the parts', 'digest', 'deliveries.recordParts', 'silent'],
    [
      'when the outcome is that of the parts, and not committed',
      'digest',
      'deliveries.recordParts',
      'hold answers',
    ],
    ['after the commit of which it heard nothing', 'digest', 'COMMIT', 'hold answers'],
  ])('%s: each event is in one mail', async (step, waits, text, fault) => {
    const user = step.replaceAll(/\W+/g, '-');
    await putContact(victim.url, world.apiKey, user, { email: `${user}@example.com` });
    const titles = ['one', 'two', 'three'].map((number) => `${number} ${user}`);
    const strike = () => victim.way.breakOn(text, fault);
    if (waits === 'not yet') strike();
    for (const title of titles)
      expect((await postEvent(victim.url, world.apiKey, title, [user])).status).toBe(201);
    if (waits !== 'not yet') {
      await until(async () => (await reason(user)) === 'delay');
      if (waits === 'digest') {
        await pass();
        await until(async () => (await reason(user)) === 'digest');
        if (text.endsWith('leaveOut')) {
          const read = 'UPDATE carillon.notifications SET read_at = now() WHERE title = $1';
          await victim.meanwhile(() => world.sql.rows(read, [titles[1]]));
        }
      }
      await victim.meanwhile(async () => {
        await pass();
        strike();
      });
    }
    await victim.kill();
    await world.sql.rows('UPDATE carillon.notifications SET read_at = NULL WHERE user_id = $1', [user]);
    // What it had when it was killed waits for its delay in the queue, by itself: it may have been sent.
    await world.sql.rows(
      `UPDATE carillon.events SET created_at = created_at - interval '1 day'
       WHERE id IN (SELECT event_id FROM carillon.deliveries WHERE user_id = $1)`,
      [user],
    );
    await pass();
    victim.goOn();
    await untilSent(user, titles.length);
    const mails = told(world, titles);
    // A second time only where it was sent and not recorded, and then it is the same one.
    for (const title of titles) {
      expect([title, new Set(mails.get(title)).size]).toEqual([title, 1]);
      expect(mails.get(title)?.length).toBeLessThanOrEqual(2);
    }
  });

  it.each<[string, text: string, 'silent' | 'hold answers']>([
    ['before it takes the change', 'deliveries.takeChanges', 'silent'],
    ['when it has taken the change', 'deliveries.takeChanges', 'hold answers'],
    ['when what waits is due, and that is not committed', 'deliveries.decideAnew', 'hold answers'],
    ['after the commit of which it heard nothing', 'COMMIT', 'hold answers'],
  ])('%s: a pause that was taken back holds nothing, and it is one mail', async (step, text, fault) => {
    const user = `resumed-${step.replaceAll(/\W+/g, '-')}`;
    await putContact(victim.url, world.apiKey, user, { email: `${user}@example.com` });
    await world.sql.rows(
      `INSERT INTO carillon.user_settings (user_id, paused_until, updated_at) VALUES ($1, now() + interval '1 day', now())`,
      [user],
    );
    const titles = ['one', 'two'].map((number) => `${number} ${user}`);
    for (const title of titles)
      expect((await postEvent(victim.url, world.apiKey, title, [user])).status).toBe(201);
    for (const waits of ['delay', 'digest', 'paused']) {
      await until(async () => (await reason(user)) === waits);
      if (waits !== 'paused') await pass();
    }
    await victim.meanwhile(async () => {
      // As `PATCH /v1/me` leaves it.
      await world.sql.rows('UPDATE carillon.user_settings SET paused_until = NULL WHERE user_id = $1', [
        user,
      ]);
      const change = `INSERT INTO carillon.changed_times (user_id, reasons, due_at) VALUES ($1, '{paused}', now())`;
      await world.sql.rows(change, [user]);
      victim.way.breakOn(text, fault);
    });
    await victim.kill();
    victim.goOn();
    await until(async () =>
      (await statusesOf(world.sql, user)).every(({ status }) => status === 'delivered'),
    );
    const mails = told(world, titles);
    for (const title of titles) expect([title, mails.get(title)?.length]).toEqual([title, 1]);
    expect(new Set([...mails.values()].flat()).size).toBe(1);
  });
});

it.each<[string, type: string, Hold | undefined]>([
  ['digests', 'job_failed', undefined],
  ['the end of quiet hours', 'noise', 'quiet'],
  ['the end of a pause', 'noise', 'paused'],
])(
  'two processes share %s, and one after the other is killed: each event is in one mail',
  async (what, type, hold) => {
    const [users, each] = [60, 6];
    const names = Array.from({ length: users }, (_, at) => `sharer-${hold ?? 'digest'}-${at}-`);
    await Promise.all(
      names.map((user) =>
        putContact(world.survivor.url, world.apiKey, user, { email: `${user}@example.com` }),
      ),
    );
    if (hold) await leaveAlone(names, hold, true);
    const titles: string[] = [];
    for (let at = 0; at < each; at += 1) {
      await Promise.all(
        names.map(async (user) => {
          const title = `event ${at} of ${user}`;
          titles.push(title);
          const { status } = await postEvent(world.survivor.url, world.apiKey, title, [user], undefined, {
            type,
          });
          expect(status).toBe(201);
        }),
      );
    }
    const count = (status: string) =>
      world.sql.number('SELECT count(*) FROM carillon.deliveries WHERE user_id = ANY ($1) AND status = $2', [
        names,
        status,
      ]);
    const sent = () => count('delivered');
    if (hold) {
      await until(async () => (await count('waiting')) === users * each);
      await leaveAlone(names, hold, false);
    }
    let kills = 0;
    const start = () => Server.start({ DATABASE_URL: world.database.url, ...world.settings });
    let other = await start();
    while ((await sent()) < users * each) {
      await pass();
      await new Promise((resolve) => setTimeout(resolve, 700));
      await other.kill();
      kills += 1;
      other = await start();
    }
    await other.kill();
    const mails = told(world, titles);
    const ids = titles.map((title) => new Set(mails.get(title)).size);
    expect(ids.filter((count) => count !== 1)).toEqual([]);
    const all = [...mails.values()].flat();
    const repeated = [...mails.values()].filter((list) => list.length > 1).length;
    report(`${what}, two processes`, {
      kills,
      events: titles.length,
      mails: new Set(all).size,
      'told of twice, in the same mail': repeated,
    });
  },
);
