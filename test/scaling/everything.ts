import { tokenOf, type TestApp } from '../support/app.js';
import { subscriptionAt } from '../support/push.js';
import { StreamReader } from '../support/sse.js';

const ACTION = { id: 'approve', label: 'Approve' };

/** Asks for everything that a user and a producer can ask for, so that every statement behind it is sent. */
export async function askEverything(t: TestApp, userId: string): Promise<void> {
  const user = t.as(userId);
  const get = async (path: string) => (await user.get(path).expect(200)).body as Record<string, unknown>;
  const event = { type: 'job_failed', user_ids: [userId], title: 'T', team_id: 'site', actions: [ACTION] };

  await user
    .patch('/v1/preferences')
    .send({ channels: { toast: null }, types: { job_failed: { toast: false, push: true, email: true } } })
    .expect(200);
  await get('/v1/preferences');
  const made = await user
    .post('/v1/webhooks')
    .send({ name: 'n', kind: 'generic', url: 'http://127.0.0.1:9/', events: '*' })
    .expect(201);
  const webhook = `/v1/webhooks/${(made.body as { webhook: { id: string } }).webhook.id}`;
  const subscription = subscriptionAt('https://127.0.0.1:9/');
  const subscribed = await user.post('/v1/push/subscriptions').send({ subscription }).expect(201);
  const { id: subscriptionId } = (subscribed.body as { subscription: { id: string } }).subscription;
  await t.producer
    .put(`/v1/users/${userId}`)
    .send({ email: 'u@example.com', time_zone: 'Europe/Vienna' })
    .expect(200);
  await user.post('/v1/me/test').send({ channel: 'push' }).expect(200);
  await callBack(t, userId, event);
  const { id: eventId } = await t.post(event);
  for (let at = 0; at < 5; at += 1) await t.post(event);
  await t.post({ ...event, collapse_key: 'thread' });
  await t.producer.post('/v1/events').set('Idempotency-Key', 'once').send(event).expect(201);
  await t.producer.get(`/v1/events/${eventId}`).expect(200);

  await t.producer.get(`/v1/users/${userId}`).expect(200);
  await user.patch('/v1/me').send({ locale: 'de' }).expect(200);

  const page = await get('/v1/notifications?limit=2');
  const ids = (page['notifications'] as { id: string }[]).map(({ id }) => id) as [string, string];
  const cursor = encodeURIComponent(page['cursor'] as string);
  for (const filter of ['', '&read_state=unread', '&read_state=read', '&team_id=site', '&type=job_failed']) {
    await get(`/v1/notifications?limit=2${filter}`);
    await get(`/v1/notifications?limit=2&cursor=${cursor}${filter}`);
  }
  for (const query of ['deleted=only', 'state=archived', 'state=snoozed', 'view=full']) {
    await get(`/v1/notifications?${query}`);
  }
  await get('/v1/notifications/unread-count');
  await get('/v1/notifications/unread-count?team_id=site');
  await get('/v1/notifications/counts');
  await user.post('/v1/notifications/mark-seen').expect(200);
  await changeOne(t, userId, ids);

  await get('/api/v1/sites/site/notifications?page=2');
  await get('/api/v1/sites/site/notifications?search=T&sort_by=title&sort_dir=asc');
  await get('/api/v1/sites/site/notifications/unread-count');
  await get('/account/api/notifications?page=2&limit=2');
  await get('/account/api/notifications?unread_only=1');
  await get('/account/api/notifications/preferences');
  await askWorkspace(get);
  await user.post('/v1/notifications/search').send({ limit: 2 }).expect(200);
  await user
    .post('/v1/notifications/search')
    .send({ filter: { level: 'error', event: { type: 'x' } }, order_by: [{ title: 'asc' }] })
    .expect(200);

  await user
    .post('/v1/notifications/mark-all-read')
    .send({ team_id: 'site', type: 'job_failed' })
    .expect(200);
  await user.post('/v1/notifications/mark-all-read').expect(200);
  await user.post('/v1/notifications/archive-read').send({ type: 'weekly_report' }).expect(200);
  await user.post('/v1/notifications/delete-read').send({ team_id: 'site' }).expect(200);
  await user.post('/v1/notifications/delete-read').expect(200);
  await resumeStream(t, userId);

  await get('/v1/push/subscriptions');
  await user.delete(`/v1/push/subscriptions/${subscriptionId}`).expect(200);
  await get('/v1/webhooks');
  await get(webhook);
  await get(`${webhook}/deliveries`);
  const { deliveries } = await get(`${webhook}/deliveries`);
  const [delivery] = deliveries as { id: string }[];
  await user.post(`${webhook}/deliveries/${delivery?.id}/redeliver`).expect(202);
  await user.patch(webhook).send({ name: 'changed' }).expect(200);
  await user.post(`${webhook}/rotate-secret`).expect(200);
  await user.delete(webhook).expect(200);
}

/** What is scheduled is listed, moved and cancelled; what is sent is withdrawn. */
async function callBack(t: TestApp, userId: string, event: { user_ids: string[] }): Promise<void> {
  const later = { send_at: new Date(Date.now() + 3_600_000).toISOString() };
  const { id: scheduledId } = await t.post({ ...event, ...later });
  await t.producer.patch(`/v1/events/${scheduledId}`).send(later).expect(200);
  for (const status of ['scheduled', 'failed'])
    await t.producer.get(`/v1/events?status=${status}`).expect(200);

  const about = { ...event, entity: { type: 'thing', id: '1' }, collapse_key: 'key' };
  await t.producer.delete(`/v1/events/${scheduledId}`).expect(200);
  await t.post({ ...about, ...later });
  await t.post(about);
  for (const named of [{ entity: about.entity }, { collapse_key: 'key' }]) {
    await t.producer
      .post('/v1/events/withdraw')
      .send({ ...named, user_ids: [userId] })
      .expect(200);
  }
  await t.post(about);
  await t.producer.post('/v1/events/withdraw').send({ entity: about.entity }).expect(200);
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

async function changeOne(t: TestApp, userId: string, [one, other]: [string, string]): Promise<void> {
  const user = t.as(userId);
  for (const read of [true, false]) await user.patch(`/v1/notifications/${one}`).send({ read }).expect(200);
  for (const body of [{ archived: true }, { snoozed_until: inAnHour() }, { snoozed_until: null }]) {
    await user.patch(`/v1/notifications/${one}`).send(body).expect(200);
  }
  for (let at = 0; at < 2; at += 1) await user.post(`/v1/notifications/${one}/actions/approve`).expect(200);
  await user.get(`/v1/notifications/${one}`).expect(200);
  // An id that a notification had before is looked for where none has it.
  await user.get('/v1/notifications/01a227b0-519e-7000-8000-04014130588a').expect(404);
  await user.put(`/api/v1/notifications/${one}/read`).expect(200);
  await user.put(`/api/notifications/${one}/read`).expect(200);
  await user.patch(`/account/api/notifications/${one}/read`).expect(200);
  await user.get(`/api/notifications/${one}`).expect(200);
  await user.delete(`/v1/notifications/${one}`).expect(200);
  await user.post(`/v1/notifications/${one}/restore`).expect(200);
  await user.delete(`/api/notifications/${other}`).expect(200);
  await user.post(`/api/notifications/${other}/restore`).expect(200);
  await user.delete(`/api/notifications/${other}`).expect(200);
  await user.delete(`/api/notifications/${other}/purge`).expect(200);
}

async function askWorkspace(get: (path: string) => Promise<Record<string, unknown>>): Promise<void> {
  const page = await get('/api/notifications?limit=2');
  const { endCursor } = page['pageInfo'] as { endCursor: string };
  const questions = {
    after: endCursor,
    before: endCursor,
    workspace_id: 'site',
    read: 'unread',
    include_deleted: 'true',
    orderBy: '[{"title":"desc"}]',
    filter: '{"title":{"contains":"T"},"event":{"type":"x"},"deliveries":{"none":{"status":"failed"}}}',
  };
  for (const [name, value] of Object.entries(questions)) {
    await get(`/api/notifications?limit=2&${name}=${encodeURIComponent(value)}`);
  }
}

/** Opens a stream, and comes back for what it missed. */
async function resumeStream(t: TestApp, userId: string): Promise<void> {
  const url = `${t.url}/v1/notifications/stream`;
  const headers = { Authorization: `Bearer ${tokenOf(userId)}` };
  const stream = await StreamReader.open(url, headers);
  await stream.until((reader) => reader.of('unread').length > 0);
  stream.close();
  const resumed = await StreamReader.open(url, { ...headers, 'Last-Event-ID': '0' });
  // The count comes first. What was missed is read after it, unless the reader has gone by then.
  await resumed.until((reader) => reader.of('notification').length > 0);
  resumed.close();
}
