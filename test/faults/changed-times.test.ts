import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asUser, postEvent, putContact } from './support/api.js';
import { endMailWorld, startMailWorld, statusesOf, told, type MailWorld } from './support/mail-world.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { until } from './support/wait.js';

const TYPE = 'noise';
const TYPES = [{ key: TYPE, description: 'What is sent at once.', channels: { email: true } }];

/** What holds mails, as users set it and take it back. */
interface Hold {
  reason: string;
  begins: [path: string, patch: () => object];
  ends: [path: string, patch: () => object];
}

const around = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const wall = (hours: number) => around(hours).slice(11, 16);
const frequency = (email_frequency: string) => ({ types: { [TYPE]: { email_frequency } } });

const QUIET: Hold = {
  reason: 'quiet',
  begins: ['/v1/me', () => ({ quiet_hours: { from: wall(-3), to: wall(3) } })],
  ends: ['/v1/me', () => ({ quiet_hours: null })],
};
const PAUSE: Hold = {
  reason: 'paused',
  begins: ['/v1/me', () => ({ paused_until: around(3) })],
  ends: ['/v1/me', () => ({ paused_until: null })],
};
const DAILY: Hold = {
  reason: 'digest',
  begins: ['/v1/preferences', () => frequency('daily')],
  ends: ['/v1/preferences', () => frequency('instant')],
};

let world: MailWorld;
/** Comes upon the work first, and waits at a step; meanwhile the user changes their settings at the other one. */
let claimer: Server & { url: string };
let way: Proxy;
beforeAll(async () => {
  world = await startMailWorld(TYPES);
  way = await Proxy.start(world.database.url);
  claimer = await Server.start({ DATABASE_URL: way.url, ...world.settings });
});
afterEach(() => {
  way.goOn();
  world.survivor.child.kill('SIGCONT');
});
afterAll(async () => {
  await claimer.kill();
  await way.stop();
  await endMailWorld(world);
});

async function set(url: string, user: string, [path, patch]: Hold['begins']): Promise<void> {
  const { status, body } = await asUser(url, user, 'PATCH', path, patch());
  expect([status, body]).toEqual([200, expect.anything()]);
}

/** A user with an address who is left alone from now on, and the titles of what is sent to them. */
async function userOf(name: string, hold: Hold): Promise<{ user: string; titles: string[] }> {
  const user = `${hold.reason}-${name.replaceAll(/\W+/g, '-')}`;
  await putContact(claimer.url, world.apiKey, user, { email: `${user}@example.com` });
  await set(claimer.url, user, hold.begins);
  return { user, titles: ['one', 'two', 'three'].map((number) => `${number} of ${user}`) };
}

async function post(user: string, titles: readonly string[]): Promise<void> {
  for (const title of titles) {
    const { status } = await postEvent(claimer.url, world.apiKey, title, [user], undefined, { type: TYPE });
    expect(status).toBe(201);
  }
}

/** All of them wait, for what holds them: they have been decided, and are not to be once more. */
const held = (user: string, { reason }: Hold, count: number) =>
  until(async () => {
    const due = 'SELECT count(*) FROM carillon.deliveries WHERE user_id = $1 AND due_at <= now()';
    if ((await world.sql.number(due, [user])) > 0) return false;
    const [one, ...others] = await statusesOf(world.sql, user);
    return others.length === 0 && one?.status === 'waiting' && one.reason === reason && one.n === count;
  });

/** The claimer has to come upon the work first. The other one is to have nothing in its hands then, and not the turn. */
async function standStill(): Promise<void> {
  const busy = `SELECT (SELECT count(*) FROM carillon.changed_times) + (SELECT count(*) FROM carillon.deliveries
    WHERE finished_at IS NULL AND (status <> 'waiting' OR due_at <= now()))`;
  await until(async () => {
    await world.sql.rows('UPDATE carillon.changed_times SET due_at = now()');
    return (await world.sql.number(busy)) === 0;
  });
  world.survivor.child.kill('SIGSTOP');
}

/** Nothing that waits for the user is woken meanwhile: the other one would come upon it before the request. */
async function whileAsleep(user: string, work: () => Promise<void>): Promise<void> {
  await world.sql.rows('BEGIN');
  await world.sql.rows('SELECT FROM carillon.deliveries WHERE user_id = $1 FOR UPDATE', [user]);
  world.survivor.child.kill('SIGCONT');
  try {
    await work();
  } finally {
    await world.sql.rows('COMMIT');
  }
}

/** What waits for the user has been looked at, as it is at once. */
const looked = (user: string) =>
  until(async () => {
    const changes = 'SELECT count(*) FROM carillon.changed_times WHERE user_id = $1 AND again';
    return (await world.sql.number(changes, [user])) === 0;
  });

/** Each event has been told of in one mail, once: no time has come but that of the second look at what has changed. */
async function toldOnce(user: string, titles: readonly string[]): Promise<void> {
  await until(async () => {
    await world.sql.rows('UPDATE carillon.changed_times SET due_at = now() WHERE user_id = $1', [user]);
    const [one, ...others] = await statusesOf(world.sql, user);
    return others.length === 0 && one?.status === 'delivered' && one.n === titles.length;
  });
  const mails = told(world, titles);
  expect(titles.map((title) => [title, mails.get(title)?.length])).toEqual(titles.map((title) => [title, 1]));
}

/** What is held of a user is released by the claimer, which waits at a statement: at once, or at the first one after another. */
async function released(
  hold: Hold,
  name: string,
  step: string,
  after?: string,
): Promise<{ user: string; titles: string[] }> {
  const { user, titles } = await userOf(name, hold);
  await post(user, titles);
  await held(user, hold, titles.length);
  await standStill();
  way.breakOn(step, 'wait', after);
  await set(claimer.url, user, hold.ends);
  await way.broken(1);
  return { user, titles };
}

describe.each([QUIET, PAUSE, DAILY])('settings change at one process: $reason', (hold) => {
  const { begins, ends } = hold;

  it('while another one writes down that it is held: it is looked at once more', async () => {
    const { user, titles } = await userOf('held', hold);
    // Of several the others may not have been decided by then.
    const first = titles.slice(0, 1);
    await standStill();
    way.breakOn('deliveries.record', 'wait');
    await post(user, first);
    await way.broken(1);
    world.survivor.child.kill('SIGCONT');
    await set(world.survivor.url, user, ends);
    await looked(user);
    way.goOn();
    await held(user, hold, first.length);
    await toldOnce(user, first);
  });

  it.each<[string, step: string, after?: string]>([
    ['looks at what is released', 'deliveries.decideAnew'],
    ['wakes it', 'deliveries.wake', 'deliveries.decideAnew'],
  ])('while another one %s: it is held anew, and is sent once', async (...interrupted) => {
    const { user, titles } = await released(hold, ...interrupted);
    await whileAsleep(user, () => set(world.survivor.url, user, begins));
    way.goOn();
    await looked(user);
    await held(user, hold, titles.length);
    expect([...told(world, titles).values()].flat()).toEqual([]);
    await set(world.survivor.url, user, ends);
    await toldOnce(user, titles);
  });

  it.each<[string, step: string, after?: string]>([
    ['has claimed it', 'user_settings.find-times', 'deliveries.decideAnew'],
    ['has sent it', 'deliveries.record', 'deliveries.decideAnew'],
  ])('while another one %s: it is sent once', async (...interrupted) => {
    const { user, titles } = await released(hold, ...interrupted);
    world.survivor.child.kill('SIGCONT');
    await set(world.survivor.url, user, begins);
    await set(world.survivor.url, user, ends);
    await looked(user);
    way.goOn();
    await toldOnce(user, titles);
  });
});
