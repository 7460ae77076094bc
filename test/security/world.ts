import { randomUUID } from 'node:crypto';
import { ApiKeyService } from '../../src/auth/api-key.service.js';
import { makeToken } from '../../src/channels/email/unsubscribe/unsubscribe-token.js';
import { SecretBox } from '../../src/common/secret-box.js';
import type { TestApp } from '../support/app.js';
import { subscriptionAt } from '../support/push.js';
import { connect, type Sql } from '../support/sql.js';

/** Is in everything that an owner has, and so must be in no answer to anybody else. */
export const SECRET = 'between us';

/** A user of a single route, who has something of everything. */
export interface Owner {
  userId: string;
  live: string;
  read: string;
  trashed: string;
  webhook: string;
  subscription: string;
  delivery: string;
  event: string;
  /** An event that is to be sent later. */
  scheduled: string;
  site: string;
}

export interface World {
  owners: Owner[];
  revokedKey: string;
  /** With neither of the scopes of producers. */
  adminKey: string;
  /** What is in the mails of somebody who is no owner. */
  unsubscribe: string;
}

/** What every owner can do. */
export const ACTION = { id: 'approve', label: 'Approve' };

/** Makes as many owners, all through the API where it has a way. */
export async function makeWorld(t: TestApp, count: number): Promise<World> {
  const sql = await connect(t.databaseUrl);
  const userIds = Array.from({ length: count }, (_, at) => `owner ${at}`);
  const site = 'the site';
  const event = {
    type: 'job_failed',
    user_ids: userIds,
    title: SECRET,
    body: SECRET,
    team_id: site,
    actions: [ACTION],
  };
  const ids: string[] = [];
  for (let at = 0; at < 3; at += 1) ids.push((await t.post(event)).id);
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const { id: scheduled } = await t.post({ ...event, send_at: sendAt });
  const owners: Owner[] = [];
  for (const userId of userIds)
    owners.push(await furnish(t, sql, { userId, site, scheduled, event: ids[0] as string }));

  await sql.end();

  const keys = t.app.get(ApiKeyService, { strict: false });
  const { id, key } = await keys.create('a key that leaked');
  // Used once, so that it is among those that the server remembers.
  await t.http.get('/v1/notification-types').set('X-API-Key', key).expect(200);
  await keys.revoke(id);
  const operator = await keys.create('an operator', ['admin']);
  const box = t.app.get(SecretBox, { strict: false });
  const unsubscribe = makeToken(box, { userId: 'a reader', types: ['job_failed'] });
  return { owners, revokedKey: key, adminKey: operator.key, unsubscribe };
}

async function furnish(
  t: TestApp,
  sql: Sql,
  owner: Pick<Owner, 'userId' | 'site' | 'scheduled' | 'event'>,
): Promise<Owner> {
  const user = t.as(owner.userId);
  const list = await user.get('/v1/notifications').expect(200);
  const [live, read, trashed] = (list.body as { notifications: { id: string }[] }).notifications.map(
    ({ id }) => id,
  ) as [string, string, string];
  await user.patch(`/v1/notifications/${read}`).expect(200);
  await user.delete(`/v1/notifications/${trashed}`).expect(200);
  await user
    .patch('/v1/preferences')
    .send({ types: { job_failed: { in_app: false } } })
    .expect(200);
  await t.producer
    .put(`/v1/users/${encodeURIComponent(owner.userId)}`)
    .send({ email: 'owner@example.com', name: SECRET })
    .expect(200);
  await user.patch('/v1/me').send({ digest_day: 'mon' }).expect(200);
  const made = await user
    .post('/v1/webhooks')
    .send({
      name: SECRET,
      kind: 'generic',
      url: `http://127.0.0.1:9/${SECRET.replace(' ', '-')}`,
      events: '*',
    })
    .expect(201);
  const webhook = (made.body as { webhook: { id: string } }).webhook.id;
  const subscribed = await user
    .post('/v1/push/subscriptions')
    .send({ subscription: subscriptionAt(`https://push.example.com/${randomUUID()}`), device: SECRET })
    .expect(201);
  const subscription = (subscribed.body as { subscription: { id: string } }).subscription.id;
  // One that was delivered long ago: the worker of the running server leaves it alone.
  const delivery = randomUUID();
  await sql.rows(
    `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, status, attempts, created_at, finished_at)
     VALUES ($1, $2, 'webhook', $3, $4, 'job.failed', 'delivered', 1, now(), now())`,
    [owner.userId, delivery, webhook, owner.event],
  );
  return { ...owner, live, read, trashed, webhook, subscription, delivery };
}

/**
 * The relay moves these to other tables by itself; what they add up to is compared instead. What settings have changed is
 * worked off within a minute, and the settings themselves are compared.
 */
const MOVED = ['inbox_changes', 'inbox_totals', 'inbox_log', 'changed_times'];

/** Everything that is stored of a user, and the exact counts. */
export async function rowsOf(sql: Sql, userId: string): Promise<unknown> {
  const tables = await sql.rows<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'carillon' AND column_name = 'user_id' AND table_name <> ALL ($1) ORDER BY 1`,
    [MOVED],
  );
  const rows = tables.map(
    ({ name }) =>
      `'${name}', (SELECT json_agg(to_json(t) ORDER BY t::text) FROM carillon.${name} t WHERE user_id = $1)`,
  );
  const [stored] = await sql.rows(
    `SELECT json_build_object(${rows.join(', ')}) AS rows,
       (SELECT coalesce(sum(unread), 0) FROM carillon.inbox_totals WHERE user_id = $1)
         + (SELECT coalesce(sum(unread_delta), 0) FROM carillon.inbox_changes WHERE user_id = $1) AS unread,
       (SELECT coalesce(sum(live), 0) FROM carillon.inbox_totals WHERE user_id = $1)
         + (SELECT coalesce(sum(live_delta), 0) FROM carillon.inbox_changes WHERE user_id = $1) AS live`,
    [userId],
  );
  return stored;
}
