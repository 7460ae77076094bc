import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { EndpointTester } from '../../../src/channels/webhook/endpoint-tester.js';
import { EndpointsService } from '../../../src/channels/webhook/endpoints.service.js';
import { SecretRotation } from '../../../src/database/secret-rotation.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { answer, FakeTarget } from '../../outbound/support/targets.js';
import { TestWebhooks } from './support/webhooks.js';

const USER = 'user-1';
const FORMER = 'the former encryption key, which is long enough';
const KEY = 'the present encryption key, which is long enough';

let database: TestDatabase;
let target: FakeTarget;
let before: TestWebhooks;
const opened: TestWebhooks[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  target = await FakeTarget.start(answer(200));
  before = await open({ key: FORMER });
});
afterEach(async () => {
  for (const webhooks of opened.splice(0)) await webhooks.close();
  await target.stop();
  await database.drop();
});

async function open(encryption: { key: string; previous?: string }): Promise<TestWebhooks> {
  const webhooks = await TestWebhooks.start(database.url, { encryption }, { runWorker: false });
  opened.push(webhooks);
  return webhooks;
}

/** What the endpoint's URL is with a key alone. */
async function urlWith(key: string, id: string): Promise<string | null> {
  return (await (await open({ key })).get(EndpointsService).get(USER, id)).url;
}

describe('an endpoint whose encryption key was lost', () => {
  it('ntfy: works again with another URL and token', async () => {
    const { id } = await before.addEndpoint(USER, `${target.url}/old`, { kind: 'ntfy', token: 'tk_old' });
    const after = await open({ key: KEY });
    const service = after.get(EndpointsService);
    expect(await service.get(USER, id)).toMatchObject({ url: null });
    const url = `${target.url}/topic`;
    expect(await service.update(USER, id, { url, token: 'tk_new' })).toMatchObject({ url, auth: 'token' });
    expect(await after.get(EndpointTester).test(USER, id)).toMatchObject({ delivered: true });
    expect(target.received[0]?.headers.authorization).toBe('Bearer tk_new');
  });

  it('generic: works again with another URL and secret', async () => {
    const { id } = await before.addEndpoint(USER, target.url);
    const after = await open({ key: KEY });
    const service = after.get(EndpointsService);
    await service.update(USER, id, { url: target.url });
    const { secret } = await service.rotateSecret(USER, id);
    expect(await after.get(EndpointTester).test(USER, id)).toMatchObject({ delivered: true });
    const [{ body, headers } = { body: '', headers: {} }] = target.received;
    new Webhook(secret ?? '').verify(body, headers as Record<string, string>);
  });

  it('generic: is not kept from sending by a replaced secret', async () => {
    const { id } = await before.addEndpoint(USER, target.url);
    await before.get(EndpointsService).rotateSecret(USER, id);
    const after = await open({ key: KEY });
    await after.get(EndpointsService).update(USER, id, { url: target.url });
    await after.get(EndpointsService).rotateSecret(USER, id);
    expect(await after.get(EndpointTester).test(USER, id)).toMatchObject({ delivered: true });
  });
});

describe('a change of the encryption key', () => {
  const BOTH = { key: KEY, previous: FORMER };

  it('is not stopped by a row that cannot be read', async () => {
    const ids: string[] = [];
    for (const user of ['user-0', USER, 'user-2']) ids.push((await before.addEndpoint(user, target.url)).id);
    // Longer than a page on both sides of it.
    await before.query(
      `INSERT INTO carillon.webhook_endpoints (user_id, id, name, kind, events, url_box, created_at, updated_at)
       SELECT 'broken', gen_random_uuid(), 'x', 'slack', '{*}', url_box, now(), now()
       FROM carillon.webhook_endpoints, generate_series(1, 250) WHERE id = $1`,
      [ids[0]],
    );
    const rotation = (await open(BOTH)).get(SecretRotation);
    expect(await rotation.run()).toEqual({ resealed: 3, unreadable: 250 });
    expect(await urlWith(KEY, ids[1] ?? '')).toBe(target.url);
    expect(await rotation.run()).toEqual({ resealed: 0, unreadable: 250 });
  });

  it('reaches what is in the trash', async () => {
    const { id } = await before.addEndpoint(USER, target.url);
    await before.get(EndpointsService).remove(USER, id);
    const after = await open(BOTH);
    expect(await after.get(SecretRotation).run()).toEqual({ resealed: 1, unreadable: 0 });
    await after.query('UPDATE carillon.webhook_endpoints SET deleted_at = NULL');
    expect(await urlWith(KEY, id)).toBe(target.url);
  });

  it('saves what it can of an endpoint that cannot be read as a whole', async () => {
    const { id } = await before.addEndpoint(USER, target.url);
    await before.query(`UPDATE carillon.webhook_endpoints SET secret_box = left(secret_box, -4) || 'AAAA'`);
    expect(await (await open(BOTH)).get(SecretRotation).run()).toEqual({ resealed: 0, unreadable: 1 });
    expect(await urlWith(KEY, id)).toBe(target.url);
  });

  it('keeps the replaced secrets signing', async () => {
    const { id, secret: first } = await before.addEndpoint(USER, target.url);
    const { secret: second } = await before.get(EndpointsService).rotateSecret(USER, id);
    await (await open(BOTH)).get(SecretRotation).run();
    await (await open({ key: KEY })).get(EndpointTester).test(USER, id);
    const [{ body, headers } = { body: '', headers: {} }] = target.received;
    for (const secret of [first, second])
      new Webhook(secret ?? '').verify(body, headers as Record<string, string>);
  });
});
