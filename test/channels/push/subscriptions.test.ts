import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretBox } from '../../../src/common/secret-box.js';
import { SubscriptionVault } from '../../../src/channels/push/subscription-vault.js';
import { SecretRotation } from '../../../src/database/secret-rotation.js';
import { startApp, type TestApp } from '../../support/app.js';
import { VAPID } from '../../support/push.js';
import { connect, type Sql } from '../../support/sql.js';
import { PushService } from './support/push-service.js';

const KEY = 'an encryption key for tests, long enough';
const FORMER_KEY = 'the encryption key for tests before this';

let app: TestApp;
let sql: Sql;
let service: PushService;

beforeAll(async () => {
  service = await PushService.start();
  app = await startApp({
    push: VAPID,
    webhooks: { allowNetworks: ['127.0.0.0/8'] },
    encryption: { key: KEY, previous: FORMER_KEY },
  });
  sql = await connect(app.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await app.close();
  await service.stop();
});

interface Item {
  id: string;
  device: string | null;
  created_at: string;
}

async function add(userId: string, subscription: object, device?: string): Promise<Item> {
  const { body } = await app
    .as(userId)
    .post('/v1/push/subscriptions')
    .send({ subscription, device })
    .expect(201);
  return body.subscription as Item;
}

async function listed(userId: string): Promise<Item[]> {
  const { body } = await app.as(userId).get('/v1/push/subscriptions').expect(200);
  return body.subscriptions as Item[];
}

const idsOf = async (userId: string) => (await listed(userId)).map(({ id }) => id);
const newUser = () => `user ${randomUUID()}`;

it('hands out the key to subscribe with', async () => {
  const { body } = await app.as('ann').get('/v1/push/key').expect(200);
  expect(body).toEqual({ key: VAPID.publicKey });
});

describe('a subscription', () => {
  it('is taken as the browser says it, listed and removed', async () => {
    const user = newUser();
    expect(await listed(user)).toEqual([]);
    const made = await add(user, service.browser().subscription, 'Firefox on Linux');
    expect(made).toEqual({ id: made.id, device: 'Firefox on Linux', created_at: made.created_at });
    expect(await listed(user)).toEqual([made]);
    const { body } = await app.as(user).delete(`/v1/push/subscriptions/${made.id}`).expect(200);
    expect(body).toEqual({ id: made.id });
    expect(await listed(user)).toEqual([]);
    await app.as(user).delete(`/v1/push/subscriptions/${made.id}`).expect(404);
  });

  it('replaces the one with the same endpoint', async () => {
    const user = newUser();
    const { subscription } = service.browser();
    const { keys } = service.browser().subscription;
    const first = await add(user, subscription, 'Old name');
    const second = await add(user, { ...subscription, keys });
    expect(second).toEqual({ ...first, device: null });
    expect(await listed(user)).toEqual([second]);
    const rows = await sql.rows('SELECT p256dh FROM carillon.push_subscriptions WHERE user_id = $1', [user]);
    expect(rows).toEqual([{ p256dh: keys.p256dh }]);
  });

  it('moves to the user who has its browser now', async () => {
    const [former, present] = [newUser(), newUser()];
    const { subscription } = service.browser();
    const first = await add(former, subscription);
    const second = await add(present, subscription);
    expect(second.id).not.toBe(first.id);
    expect(await listed(former)).toEqual([]);
    expect(await idsOf(present)).toEqual([second.id]);
    await add(former, subscription);
    expect(await listed(present)).toEqual([]);
  });

  it('is one user’s alone when many sign in with it at once', async () => {
    const { subscription } = service.browser();
    const users = Array.from({ length: 8 }, newUser);
    await Promise.all(users.map((user) => add(user, subscription)));
    const lists = await Promise.all(users.map(listed));
    expect(lists.filter((list) => list.length > 0)).toHaveLength(1);
  });

  it('of another user is not there', async () => {
    const [owner, other] = [newUser(), newUser()];
    const { id } = await add(owner, service.browser().subscription);
    for (const path of [id, randomUUID(), 'x']) {
      await app.as(other).delete(`/v1/push/subscriptions/${path}`).expect(404);
    }
    expect(await idsOf(owner)).toEqual([id]);
  });

  it('is known to the database by nothing that sends to it', async () => {
    const user = newUser();
    const { subscription } = service.browser();
    const { id } = await add(user, subscription);
    const rowOf = () => sql.rows('SELECT * FROM carillon.push_subscriptions WHERE user_id = $1', [user]);
    const text = JSON.stringify(await rowOf());
    expect(text).not.toContain(subscription.endpoint);
    expect(text).not.toContain(subscription.keys.auth);
    await app.as(user).delete(`/v1/push/subscriptions/${id}`).expect(200);
    expect(await rowOf()).toMatchObject([{ endpoint_hash: null, endpoint_box: null, auth_box: null }]);
  });
});

describe('of more than 20', () => {
  it('the one that its browser named longest ago gives way', async () => {
    const user = newUser();
    const browsers = Array.from({ length: 21 }, () => service.browser());
    const ids: string[] = [];
    for (const { subscription } of browsers.slice(0, 20)) ids.push((await add(user, subscription)).id);
    // The first is in use again.
    await add(user, browsers[0]?.subscription ?? {});
    const last = await add(user, browsers[20]?.subscription ?? {});
    expect(await idsOf(user)).toEqual([ids[0], ...ids.slice(2), last.id]);
  });

  it('20 are left, however many come at once', async () => {
    const user = newUser();
    await Promise.all(Array.from({ length: 30 }, () => add(user, service.browser().subscription)));
    expect(await listed(user)).toHaveLength(20);
  });
});

describe('a wrong subscription', () => {
  const right = () => service.browser().subscription;
  const offCurve = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString('base64url');
  const { keys } = { keys: { p256dh: VAPID.publicKey, auth: Buffer.alloc(16).toString('base64url') } };

  it.each<[string, object, string[]]>([
    ['nothing', {}, ['subscription']],
    ['no object', { subscription: 'https://push.example.com/1' }, ['subscription']],
    ['an empty one', { subscription: {} }, ['subscription.endpoint', 'subscription.keys']],
    ['no keys', { subscription: { endpoint: 'https://push.example.com/1' } }, ['subscription.keys']],
    [
      'wrong keys',
      { subscription: { endpoint: 'https://push.example.com/1', keys: { p256dh: 'AAAA', auth: 'AAAA' } } },
      ['subscription.keys.p256dh', 'subscription.keys.auth'],
    ],
    [
      'a point beside the curve',
      { subscription: { endpoint: 'https://push.example.com/1', keys: { ...keys, p256dh: offCurve } } },
      ['subscription.keys.p256dh'],
    ],
    [
      'what is no base64url',
      {
        subscription: { endpoint: 'https://push.example.com/1', keys: { p256dh: 4, auth: '+/'.repeat(11) } },
      },
      ['subscription.keys.p256dh', 'subscription.keys.auth'],
    ],
    [
      'a long endpoint',
      { subscription: { endpoint: `https://push.example.com/${'x'.repeat(2_000)}`, keys } },
      ['subscription.endpoint'],
    ],
    [
      'unknown keys',
      { subscription: { endpoint: 'https://push.example.com/1', keys, expires: 1 }, name: 'x' },
      ['name', 'subscription.expires'],
    ],
    [
      'a wrong time and a wrong device',
      {
        subscription: { endpoint: 'https://push.example.com/1', keys, expirationTime: 'soon' },
        device: 'x'.repeat(101),
      },
      ['subscription.expirationTime', 'device'],
    ],
  ])('%s is refused by name', async (_name, input, paths) => {
    const { body } = await app.as('ann').post('/v1/push/subscriptions').send(input).expect(400);
    expect(body.code).toBe('invalid_input');
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
  });

  it.each([
    ['http://push.example.com/1', 'must begin with https://'],
    ['ftp://push.example.com/1', 'must begin with http:// or https://'],
    ['https://localhost/1', undefined],
    ['https://10.0.0.1/1', 'leads to a private address'],
    ['https://169.254.169.254/latest', 'leads to a link-local address'],
    ['https://[::1]/1', 'leads to a loopback address'],
    ['https://user:password@push.example.com/1', 'must not contain credentials'],
    ['not a url', 'must not contain blanks, control characters or backslashes'],
  ])('the endpoint %s leads nowhere it may', async (endpoint, message) => {
    const subscription = { ...right(), endpoint };
    const response = await app.as('ann').post('/v1/push/subscriptions').send({ subscription });
    // What is a name is resolved when it is dialled.
    if (message === undefined) return expect(response.status).toBe(201);
    expect(response.body).toMatchObject({
      status: 400,
      code: 'refused_url',
      errors: [{ path: 'subscription.endpoint', message }],
    });
  });
});

it('is not to be had where push is not set up', async () => {
  const without = await startApp({});
  try {
    const user = without.as('ann');
    await user.get('/v1/push/key').expect(404);
    await user
      .post('/v1/push/subscriptions')
      .send({ subscription: service.browser().subscription })
      .expect(404);
    const { body } = await user.get('/v1/notification-types').expect(200);
    expect(body.channels).toContainEqual(
      expect.objectContaining({
        key: 'push',
        available: false,
        reason: expect.stringContaining('VAPID_PUBLIC_KEY'),
      }),
    );
    const { body: list } = await user.get('/v1/push/subscriptions').expect(200);
    expect(list).toEqual({ subscriptions: [] });
  } finally {
    await without.close();
  }
});

describe('after a change of the encryption key', () => {
  /** Makes a row what a process with the former key would have made of it. */
  async function sealFormerly(
    userId: string,
    id: string,
    { endpoint, keys }: { endpoint: string; keys: { auth: string } },
  ) {
    const former = new SubscriptionVault(new SecretBox(FORMER_KEY));
    const { endpointHash, endpointBox, authBox } = former.seal({ userId, id }, { endpoint, auth: keys.auth });
    await sql.rows(
      `UPDATE carillon.push_subscriptions SET endpoint_hash = $3, endpoint_box = $4, auth_box = $5
       WHERE user_id = $1 AND id = $2`,
      [userId, id, endpointHash, endpointBox, authBox],
    );
  }

  it('the endpoint is found all the same', async () => {
    const [former, present] = [newUser(), newUser()];
    const { subscription } = service.browser();
    const { id } = await add(former, subscription);
    await sealFormerly(former, id, subscription);
    await add(present, subscription);
    expect(await listed(former)).toEqual([]);
  });

  it('everything is sealed again, and what was lost stays', async () => {
    const user = newUser();
    const { subscription } = service.browser();
    const { id } = await add(user, subscription);
    await sealFormerly(user, id, subscription);
    const lost = await add(user, service.browser().subscription);
    await sealFormerly(newUser(), lost.id, subscription);
    await app.app.get(SecretRotation, { strict: false }).run();
    const rows = await sql.rows<{ endpoint_box: string; endpoint_hash: Buffer }>(
      'SELECT endpoint_box, endpoint_hash FROM carillon.push_subscriptions WHERE id = $1',
      [id],
    );
    const vault = new SubscriptionVault(new SecretBox(KEY));
    expect(rows[0]?.endpoint_hash).toEqual(vault.hashes(subscription.endpoint)[0]);
    expect(rows[0]?.endpoint_box.startsWith(new SecretBox('x', KEY).previousPrefix ?? '')).toBe(true);
    expect((await add(user, subscription)).id).toBe(id);
  });
});
