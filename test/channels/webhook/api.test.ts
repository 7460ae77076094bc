import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startApp, type TestApp } from '../../support/app.js';
import { answer, FakeTarget } from '../../outbound/support/targets.js';

let app: TestApp;
let target: FakeTarget;
let status = 200;

beforeAll(async () => {
  target = await FakeTarget.start((request, response) => answer(status, 'fine')(request, response));
  app = await startApp({ deliveries: { retrySchedule: [0] }, webhooks: { allowNetworks: ['127.0.0.0/8'] } });
});
afterAll(async () => {
  await app.close();
  await target.stop();
});

const event = (userId: string) => ({
  type: 'job_failed',
  user_ids: [userId],
  title: 'Backup failed',
  body: 'The disk is full.',
});

async function create(userId: string, input: object = {}) {
  const { body } = await app
    .as(userId)
    .post('/v1/webhooks')
    .send({ name: 'mine', kind: 'generic', url: target.url, events: ['job.failed'], ...input })
    .expect(201);
  return body.webhook as { id: string; secret: string };
}

/** Asks until the deliveries look as they should. */
async function deliveries(userId: string, id: string, done: (all: { status: string }[]) => boolean) {
  for (;;) {
    const { body } = await app.as(userId).get(`/v1/webhooks/${id}/deliveries`).expect(200);
    if (done(body.deliveries)) return body.deliveries;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The `notification` that a user's webhook got of an event. */
async function sentTo(userId: string): Promise<{ id: string }> {
  for (;;) {
    const sent = target.received.map(({ body }) => JSON.parse(body).data);
    const mine = sent.find((data) => data.user_id === userId);
    if (mine) return mine.notification;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('/v1/webhooks', () => {
  it("carries the id of the user's own notification, and the event's where the inbox is muted", async () => {
    const users = ['same-1', 'same-2', 'muted'];
    for (const user of users) await create(user);
    await app
      .as('muted')
      .patch('/v1/preferences')
      .send({ types: { job_failed: { in_app: false } } })
      .expect(200);
    const { id: eventId } = await app.post({ ...event('same-1'), user_ids: users });
    for (const user of ['same-1', 'same-2']) {
      const { body } = await app.as(user).get('/v1/notifications').expect(200);
      expect((await sentTo(user)).id).toBe(body.notifications[0].id);
    }
    expect((await sentTo('muted')).id).toBe(eventId);
  });

  it('creates, lists, reads, changes and deletes', async () => {
    const user = app.as('crud');
    const { body: created } = await user
      .post('/v1/webhooks')
      .send({ name: 'team', kind: 'discord', url: 'https://discord.com/api/webhooks/1/token', events: '*' })
      .expect(201);
    const { webhook } = created;
    expect(webhook).toEqual({
      id: expect.any(String),
      name: 'team',
      kind: 'discord',
      url: 'https://discord.com/***',
      events: ['*'],
      auth: 'none',
      enabled: true,
      disabled_reason: null,
      disabled_at: null,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await user.get('/v1/webhooks').expect(200)).body).toEqual({ webhooks: [webhook] });
    expect((await user.get(`/v1/webhooks/${webhook.id}`).expect(200)).body).toEqual({ webhook });
    const { body: changed } = await user
      .patch(`/v1/webhooks/${webhook.id}`)
      .send({ name: 'other', events: ['job.failed'], enabled: false })
      .expect(200);
    expect(changed.webhook).toMatchObject({
      name: 'other',
      events: ['job.failed'],
      enabled: false,
      disabled_reason: 'disabled by its owner',
    });
    expect((await user.delete(`/v1/webhooks/${webhook.id}`).expect(200)).body).toEqual({ id: webhook.id });
    await user.get(`/v1/webhooks/${webhook.id}`).expect(404);
    expect((await user.get('/v1/webhooks').expect(200)).body).toEqual({ webhooks: [] });
  });

  it.each<[string, object, string]>([
    ['no name', { name: undefined }, 'name'],
    ['a null name', { name: null }, 'name'],
    ['events that are no list', { events: 7 }, 'events'],
    ['an unknown key', { colour: 'red' }, 'colour'],
    ['an inside address', { url: 'http://10.0.0.1/' }, 'url'],
    ['a token that is no text', { kind: 'ntfy', token: 7 }, 'token'],
  ])('answers %s with 400', async (_what, change, path) => {
    const { body } = await app
      .as('invalid')
      .post('/v1/webhooks')
      .send({ name: 'mine', kind: 'generic', url: target.url, events: '*', ...change })
      .expect(400);
    expect(body.errors.map((issue: { path: string }) => issue.path)).toContain(path);
  });

  it.each<[string, object]>([
    ['a null name', { name: null }],
    ['null events', { events: null }],
    ['null for enabled', { enabled: null }],
    ['another kind', { kind: 'slack' }],
  ])('answers a patch with %s with 400', async (_what, patch) => {
    const { id } = await create('patch');
    await app.as('patch').patch(`/v1/webhooks/${id}`).send(patch).expect(400);
    await app.as('patch').delete(`/v1/webhooks/${id}`).expect(200);
  });

  it('is for users, and each for their own', async () => {
    const { id } = await create('owner');
    const routes: ['get' | 'post' | 'patch' | 'delete', string][] = [
      ['get', '/v1/webhooks'],
      ['post', '/v1/webhooks'],
      ['get', `/v1/webhooks/${id}`],
      ['patch', `/v1/webhooks/${id}`],
      ['delete', `/v1/webhooks/${id}`],
      ['post', `/v1/webhooks/${id}/test`],
      ['post', `/v1/webhooks/${id}/rotate-secret`],
      ['get', `/v1/webhooks/${id}/deliveries`],
      ['post', `/v1/webhooks/${id}/deliveries/${id}/redeliver`],
    ];
    for (const [method, path] of routes) {
      await app.http[method](path).expect(401);
      await app.producer[method](path).expect(403);
      if (path !== '/v1/webhooks') await app.as('thief')[method](path).expect(404);
    }
    expect((await app.as('thief').get('/v1/webhooks')).body).toEqual({ webhooks: [] });
  });
});

describe('from the event to the receiver', () => {
  it('arrives, is listed, and is sent again with the same id', async () => {
    const { id, secret } = await create('flow');
    const before = target.received.length;
    await app.post(event('flow'));
    await target.waitFor(before + 1);
    const { body: inbox } = await app.as('flow').get('/v1/notifications').expect(200);
    const request = target.received[before];
    const sent = new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>);
    expect(sent).toMatchObject({
      type: 'job.failed',
      data: { user_id: 'flow', notification: { id: inbox.notifications[0].id, type: 'job_failed' } },
    });

    const [delivery] = await deliveries('flow', id, ([first]) => first?.status === 'delivered');
    expect(delivery).toEqual({
      id: request?.headers['webhook-id'],
      event: 'job.failed',
      status: 'delivered',
      attempts: 1,
      response_status: 200,
      error: null,
      created_at: inbox.notifications[0].created_at,
      next_attempt_at: null,
      delivered_at: expect.stringMatching(/Z$/),
    });
    const { body } = await app
      .as('flow')
      .post(`/v1/webhooks/${id}/deliveries/${delivery.id}/redeliver`)
      .expect(202);
    expect(body.delivery).toMatchObject({ id: delivery.id, status: 'pending' });
    await target.waitFor(before + 2);
    expect(target.received[before + 1]?.headers['webhook-id']).toBe(delivery.id);
  });

  it('pages through deliveries', async () => {
    const { id } = await create('pages');
    for (let count = 0; count < 5; count += 1) await app.post(event('pages'));
    const all = await deliveries('pages', id, (rows) => rows.length === 5);
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { body } = await app.as('pages').get(`/v1/webhooks/${id}/deliveries${query}`).expect(200);
      seen.push(...body.deliveries.map((delivery: { id: string }) => delivery.id));
      expect(body.has_more).toBe(body.cursor !== null);
      if (!body.has_more) break;
      query = `?limit=2&cursor=${encodeURIComponent(body.cursor)}`;
    }
    expect(seen).toEqual(all.map((delivery: { id: string }) => delivery.id));
    const wrong = await app.as('pages').get(`/v1/webhooks/${id}/deliveries?cursor=x`).expect(400);
    expect(wrong.body.code).toBe('invalid_cursor');
    await app.as('pages').get(`/v1/webhooks/${id}/deliveries?limit=0`).expect(400);
    await app.as('pages').get(`/v1/webhooks/${id}/deliveries?page=1`).expect(400);
  });

  it('tests at once', async () => {
    const { id } = await create('tests');
    const { body } = await app.as('tests').post(`/v1/webhooks/${id}/test`).expect(200);
    expect(body).toEqual({
      test: {
        delivered: true,
        response_status: 200,
        error: null,
        duration_ms: expect.any(Number),
        excerpt: 'fine',
      },
    });
  });

  it('tells the owner in the inbox when it was disabled', async () => {
    status = 410;
    const { id } = await create('gone');
    await app.post(event('gone'));
    for (;;) {
      const { body } = await app.as('gone').get('/v1/notifications?type=webhook_disabled').expect(200);
      if (body.notifications.length === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    status = 200;
    const { body } = await app.as('gone').get(`/v1/webhooks/${id}`).expect(200);
    expect(body.webhook).toMatchObject({ enabled: false, disabled_reason: 'the target answered 410 Gone' });
    const [delivery] = await deliveries('gone', id, () => true);
    const again = `/v1/webhooks/${id}/deliveries/${(delivery as unknown as { id: string }).id}/redeliver`;
    expect((await app.as('gone').post(again).expect(409)).body.code).toBe('endpoint_disabled');
    await app.as('gone').patch(`/v1/webhooks/${id}`).send({ enabled: true }).expect(200);
    await app.as('gone').post(again).expect(202);
    await deliveries('gone', id, ([first]) => first?.status === 'delivered');
  });
});
