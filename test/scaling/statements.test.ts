import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ApiKeyService } from '../../src/auth/api-key.service.js';
import { ContactsStore } from '../../src/audience/contacts.store.js';
import { SettingsStore } from '../../src/audience/settings.store.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { Channels } from '../../src/channels/registry.js';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import type { NotificationType } from '../../src/config/options.js';
import { Database } from '../../src/database/database.js';
import { WorkerDatabase } from '../../src/database/worker-database.js';
import { BulkStore } from '../../src/notifications/bulk.store.js';
import { NotificationCleanupStore } from '../../src/notifications/cleanup.store.js';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import { LogStore } from '../../src/realtime/log.store.js';
import { RelayStore } from '../../src/realtime/relay.store.js';
import { DeliveriesStore } from '../../src/deliveries/deliveries.store.js';
import { QueueStore, type Outcome } from '../../src/deliveries/queue.store.js';
import { TimingStore } from '../../src/deliveries/timing/timing.store.js';
import { EMAIL_TARGET } from '../../src/channels/email/email.channel.js';
import { SuppressionsStore } from '../../src/channels/email/suppressions.store.js';
import { EndpointDisabler } from '../../src/channels/webhook/endpoint-disabler.js';
import { SecretRotation } from '../../src/database/secret-rotation.js';
import { until } from '../faults/support/wait.js';
import { startApp, type TestApp } from '../support/app.js';
import { VAPID } from '../support/push.js';
import type { PlanNode } from '../support/plans.js';
import { askEverything } from './everything.js';
import { recordStatements, type Sent } from './recorder.js';
import { ModificationRules, readBesideChange } from './rules.js';

const USER = 'user_7';

const JOB_FAILED = SHIPPED_TYPES.find(({ key }) => key === 'job_failed') as NotificationType;

let t: TestApp;
let client: pg.Client;
let rules: ModificationRules;
let sent: Sent[];

beforeAll(async () => {
  const previous = 'the encryption key for tests before';
  t = await startApp({
    push: VAPID,
    webhooks: { allowNetworks: ['127.0.0.1/32'] },
    encryption: { key: 'an encryption key for tests, long enough', previous },
    retention: { retentionDays: 30 },
    types: [{ ...JOB_FAILED, throttle: { max: 1, per: '1h' } }],
  });
  client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  rules = await ModificationRules.of(client);
  const stop = await recordStatements(t.app);
  await askEverything(t, USER);
  await doWhatNoRequestAsksFor();
  sent = stop().filter(({ text }) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(text));
}, 60_000);

afterAll(async () => {
  await client.end();
  await t.close();
});

async function doWhatNoRequestAsksFor(): Promise<void> {
  const get = <T>(service: new (...args: never[]) => T) => t.app.get<T>(service, { strict: false });
  const { manager } = get(Database);
  const { manager: ofWorkers } = get(WorkerDatabase);
  await get(CleanupService).run();
  await get(CleanupService).preview();
  const user = { userId: USER, old: true };
  const endpoint = { ...user, targetId: '018bcfe5-6800-7000-8000-000000000000' };
  const [before, limit] = [new Date(0), 10];
  await get(NotificationCleanupStore).deleteOld(manager, [user], before, limit);
  await get(DeliveriesStore).deleteOld(manager, [endpoint], before, limit);

  const keys = get(ApiKeyService);
  await keys.create('another');
  await keys.list();
  await keys.revoke('another');

  const made = await t
    .as(USER)
    .post('/v1/webhooks')
    .send({ name: 'n', kind: 'generic', url: 'http://127.0.0.1:9/', events: '*' });
  const { id } = (made.body as { webhook: { id: string } }).webhook;
  await get(EndpointDisabler).disable({ userId: USER, id }, 'it does not work');
  await get(SecretRotation).run();
  await get(SettingsStore).findPlaces(manager, [USER]);
  await get(DeliveriesStore).takeBack(
    manager,
    { userId: USER, targetId: EMAIL_TARGET, id: endpoint.targetId },
    null,
  );
  await get(SuppressionsStore).add(manager, { userId: USER, hash: Buffer.from('hash') }, 'bounce');
  await get(ContactsStore).reseal(manager, { userId: USER, emailBox: 'box' }, Buffer.from('hash'));

  await get(BulkStore).announceReset(manager, USER);
  await get(LogStore).since(0, 1);
  await get(LogStore).toasts([endpoint.targetId]);
  await get(RelayStore).prune(ofWorkers, 60_000, 1);
  const unthrottled = new Catalogue(SHIPPED_TYPES, get(Channels));
  await new RelayStore(get(WorkerDatabase), unthrottled).move(ofWorkers, { userId: '', id: '0' }, 0);

  await untilRecorded();
  const queue = get(QueueStore);
  const key = { userId: USER, targetId: endpoint.targetId, id: endpoint.targetId };
  const worker = '018bcfe5-6800-7000-8000-000000000001';
  await queue.renew(ofWorkers, [key], worker, 1_000);
  await queue.release(ofWorkers, [{ ...key, unsure: false }], worker);
  const outcome: Outcome = {
    ...key,
    ...{
      status: 'failed',
      reason: null,
      waitMs: null,
      dueAt: null,
      gather: null,
      responseStatus: null,
      error: null,
    },
    ...{ startedAt: new Date(), durationMs: 1 },
  };
  await queue.isRecorded(ofWorkers, [outcome]);
  await queue.record(ofWorkers, [{ ...outcome, parts: 'same', leftOut: 'read', unsure: true }], worker);
  const timing = get(TimingStore);
  await t.as(USER).patch('/v1/me').send({ digest_at: '09:00' }).expect(200);
  await get(WorkerDatabase).transaction((manager) => timing.decideAnew(manager, { changes: 9, each: 1 }, 0));
  await timing.wake(ofWorkers, 1);
  await timing.findCopies(ofWorkers, [{ userId: USER, copyId: endpoint.targetId }]);
  await timing.takeItems(ofWorkers, [key]);
  await timing.leaveOut(ofWorkers, [{ item: key, reason: 'read' }]);
  const event = { type: 'job_failed', userIds: [USER], title: 'T' };
  const together = [event, event].map((each) => get(NotificationService).notify(each));
  await Promise.all(together);
  await sendWhatIsDue(1);
  await sendWhatIsDue(2);
}

/** Some scheduled events are sent, and the type of another is gone. */
async function sendWhatIsDue(count: number): Promise<void> {
  const event = { type: 'job_failed', user_ids: [USER], title: 'T', send_at: new Date(Date.now() + 60_000) };
  const { id } = await t.post(event);
  for (let more = 0; more < count; more += 1) await t.post(event);
  await client.query(`UPDATE carillon.events SET type = 'job_gone' WHERE id = $1`, [id]);
  await client.query(`UPDATE carillon.events SET send_at = now() WHERE status = 'scheduled'`);
  await untilNone(`carillon.events WHERE status = 'scheduled'`);
}

/** The queue works beside the requests: every delivery has been looked at, if only to be closed. */
async function untilRecorded(): Promise<void> {
  await untilNone(`carillon.deliveries WHERE attempts = 0 AND status = 'pending'`);
}

async function untilNone(rows: string): Promise<void> {
  await until(async () => (await client.query(`SELECT FROM ${rows} LIMIT 1`)).rows.length === 0, 20);
}

const titleOf = ({ name, text }: Sent) => name || text;

it('has seen every statement that the source has by name', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(store|sql)\.ts$/.test(file),
  );
  const wanted = files.flatMap((file) => {
    const text = readFileSync(join('src', file), 'utf8');
    // What follows a name in a template is a kind of it.
    const named = text.matchAll(/\bname: ['`]([^'`$]+)[^'`]*['`],\s+(?:\/\/.*\s+)*text:/g);
    return [...named].map(([, name]) => name as string);
  });
  const kinds = [
    ...['list.inbox', 'list.inbox.after', 'list.inbox.trash', 'list.account'],
    ...['notify.one', 'notify.many', 'schedule.send.one', 'schedule.send.many'],
  ];
  const searches = [
    'search.sites',
    'search.workspace.first',
    'search.workspace.after',
    'search.workspace.before',
  ];
  expect(wanted.length).toBeGreaterThan(40);
  const names = sent.map(({ name }) => name);
  const unseen = [...wanted, ...kinds, ...searches].filter(
    (wantedName) => !names.some((name) => name.startsWith(wantedName)),
  );
  expect(unseen).toEqual([]);
  // Filters and orders that callers make up have no name; nor has what TypeORM writes.
  expect(names.filter((name) => name === '').length).toBeGreaterThan(10);
});

/** What no request waits for, or what is about everybody: the relay, the queue, the clean-up, the end of the log. */
const ABOUT_EVERYBODY = [
  ...[
    'relay.due',
    'collapse.top',
    'collapse.rest',
    'collapse.announce',
    'relay.move',
    'relay.moveThrottled',
    'relay.prune',
    'throttle.deleteOld',
    'throttle.countOld',
    'actions.deleteOld',
    'actions.countOld',
    'log.bounds',
    'log.since',
  ],
  ...[
    'deliveries.scan',
    'deliveries.wake',
    'deliveries.takeChanges',
    'deliveries.claim',
    'deliveries.record',
  ],
  ...['webhooks.states', 'webhooks.load', 'webhooks.recordHealth', 'webhooks.failing'],
  ...['push.states', 'push.load', 'push.record', 'push.findByHash'],
  ...['cleanup.deleteTargets.push', 'cleanup.countTargets.push'],
  ...['cleanup.deleteTargets.webhook', 'cleanup.countTargets.webhook'],
  ...['cleanup.nextUsers', 'trash.deleteOld', 'trash.countOld', 'cleanup.countOld'],
  ...['cleanup.nextTargets', 'cleanup.countDeliveries'],
  ...['cleanup.deleteEvents', 'cleanup.countEvents'],
  ...['schedule.isDue', 'schedule.take', 'sweep.wake', 'sweep.expire'],
  ...['cleanup.deleteFormerIds', 'cleanup.countFormerIds'],
  'withdraw.lock',
  'withdraw.change',
];

it('names the user in every statement that touches users’ rows for one of them', async () => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     WHERE c.relnamespace = 'carillon'::regnamespace AND i.indisprimary AND a.attname = 'user_id'`,
  );
  const tables = new RegExp(`"?carillon"?\\."?(${rows.map(({ name }) => name).join('|')})\\b`);
  const ofOneUser = sent.filter(({ name, text }) => tables.test(text) && !ABOUT_EVERYBODY.includes(name));
  expect(ofOneUser.length).toBeGreaterThan(60);
  const unnamed = ofOneUser.filter(({ values }) => !values.flat().includes(USER));
  // The change of an encryption key goes through all rows.
  expect(unnamed.filter(({ text }) => !text.includes('starts_with')).map(titleOf)).toEqual([]);
});

/** What holds on a distributed PostgreSQL (Citus), where everything else of a schema works as it does here. */
describe('every statement keeps to what a distributed schema takes', () => {
  it('with no stable or volatile function where an UPDATE or DELETE takes none', async () => {
    const broken: [string, string[]][] = [];
    for (const statement of sent) {
      const found = await rules.brokenBy(client, statement);
      if (found.length > 0) broken.push([titleOf(statement), found]);
    }
    expect(broken).toEqual([]);
  });

  it('and reads nothing from a table beside the part that changes it', async () => {
    const broken: [string, string[]][] = [];
    for (const statement of sent) {
      const found = readBesideChange(await planOf(client, statement));
      if (found.length > 0) broken.push([titleOf(statement), found]);
    }
    expect(broken).toEqual([]);
  });
});

/** That the rules find what they are to find. */
describe('the rules', () => {
  const SET = [
    [`next_attempt_at = now() + attempts * interval '1 s'`, 'calls a stable function of a column'],
    [
      'finished_at = CASE WHEN attempts > 0 THEN now() END',
      'calls a function that is not immutable in CASEEXPR',
    ],
    ['finished_at = coalesce(finished_at, now())', 'calls a function that is not immutable in COALESCEEXPR'],
    ['error = random()::text', 'calls a volatile function'],
    ['next_attempt_at = now()', undefined],
    [`next_attempt_at = now() + $1 * interval '1 s'`, undefined],
    ['attempts = CASE WHEN attempts > 0 THEN attempts ELSE 0 END', undefined],
  ] as const;

  it.each(SET)('judge SET %s', async (set, expected) => {
    const values = set.includes('$1') ? [1] : [];
    const broken = await rules.brokenBy(client, { text: `UPDATE carillon.deliveries SET ${set}`, values });
    expect(broken).toEqual(expected === undefined ? [] : expect.arrayContaining([expected]));
  });

  it('judge what an insert does where the row is there', async () => {
    const text = `INSERT INTO carillon.preferences AS p (user_id, type, channel, updated_at) VALUES ('u', 't', 'c', now())
      ON CONFLICT (user_id, team_id, type, channel) DO UPDATE SET updated_at = greatest(p.updated_at, now())`;
    expect(await rules.brokenBy(client, { text, values: [] })).toEqual([
      'calls a function that is not immutable in MINMAXEXPR',
    ]);
  });

  it.each([
    ['beside', 'SELECT d.id FROM changed JOIN carillon.deliveries d USING (id)', 1],
    ['before', 'SELECT d.id FROM changed JOIN seen d USING (id)', 0],
  ])('judge what is read %s a change', async (_, read, found) => {
    const text = `
      WITH seen AS MATERIALIZED (SELECT * FROM carillon.deliveries WHERE attempts = 0), changed AS (
        UPDATE carillon.deliveries d SET attempts = 1 FROM seen WHERE d.user_id = seen.user_id AND d.id = seen.id
        RETURNING d.id
      ) ${read}`;
    expect(readBesideChange(await planOf(client, { text, values: [] }))).toHaveLength(found);
  });
});

async function planOf(
  connection: pg.Client,
  { text, values }: Pick<Sent, 'text' | 'values'>,
): Promise<PlanNode> {
  const { rows } = await connection.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (FORMAT JSON) ${text}`,
    values,
  );
  return (rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan;
}
