import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { Catalogue, type CatalogueType } from '../../src/catalogue/catalogue.js';
import { WEBHOOK_DISABLED } from '../../src/channels/webhook/webhook-disabled.js';
import { Channels } from '../../src/channels/registry.js';
import type { NotificationType } from '../../src/config/options.js';
import { resolveChannel, resolveType, type SetChannels } from '../../src/preferences/resolve.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

/** A type that was mutable when somebody muted it, and is not any more. */
const FIXED: NotificationType = {
  key: 'billing_notice',
  description: 'What the law wants to be told',
  level: 'warning',
  channels: { in_app: true, toast: false, webhook: true },
  webhookEvent: 'billing.notice',
  mutable: false,
};
const { types: TYPES, channels: CHANNELS } = new Catalogue(
  [...SHIPPED_TYPES, WEBHOOK_DISABLED, FIXED],
  new Channels(),
);

let app: TestApp;
let sql: Sql;
let users = 0;
const newUser = () => `preferring-${(users += 1)}`;

beforeAll(async () => {
  app = await startApp({ types: [FIXED] });
  sql = await connect(app.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const get = async (user: string) =>
  (await app.as(user).get('/v1/preferences').expect(200)).body as {
    types: Record<string, Record<string, boolean>>;
  };

describe('GET and PATCH /v1/preferences', () => {
  it('shows every type of the catalogue with its defaults', async () => {
    const { types } = await get(newUser());
    expect(types).toEqual(Object.fromEntries(TYPES.map((type) => [type.key, type.channels])));
    expect(types['job_failed']).toEqual({ in_app: true, toast: true, webhook: true });
    expect(types['rule_executed']).toEqual({ in_app: false, toast: false, webhook: true });
  });

  it('merges per channel, answers the whole, and keeps it', async () => {
    const user = newUser();
    const patch = (types: object) => app.as(user).patch('/v1/preferences').send({ types }).expect(200);
    await patch({ job_failed: { toast: false } });
    const { body } = await patch({ job_failed: { webhook: false }, rule_executed: { in_app: true } });
    expect(body).toMatchObject({
      types: {
        job_failed: { in_app: true, toast: false, webhook: false },
        rule_executed: { in_app: true, toast: false, webhook: true },
        job_completed: { in_app: true, toast: true, webhook: true },
      },
    });
    expect(await get(user)).toEqual(body);
    expect((await get(newUser())).types['job_failed']?.toast).toBe(true);
  });

  it('names everything that is wrong at once', async () => {
    const types = { job_failed: { toast: 'no' }, job_completed: 1, nonsense: { toast: true } };
    const answer = await app.as(newUser()).patch('/v1/preferences').send({ types, typs: 1 }).expect(400);
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual([
      ...['types.job_completed', 'types.job_failed.toast', 'types.nonsense.toast', 'typs'],
    ]);
  });

  it('is the truth that the account contract shows, and the other way round', async () => {
    const user = newUser();
    const account = '/account/api/notifications/preferences';
    await app.as(user).put(account).send({ weekly_report: false, job_completed_toast: false }).expect(200);
    const { types } = await get(user);
    expect(types['weekly_report']?.in_app).toBe(false);
    expect(types['job_completed']).toMatchObject({ in_app: true, toast: false });
    await app
      .as(user)
      .patch('/v1/preferences')
      .send({ types: { quota_warning: { toast: true } } });
    const { body } = await app.as(user).get(account).expect(200);
    expect(body).toMatchObject({
      weekly_report: false,
      job_completed_toast: false,
      quota_warning_toast: true,
    });
  });

  it.each([
    ['an unknown type', { types: { job_faild: { toast: true } } }, 'types.job_faild.toast', /job_failed/],
    ['an unknown channel', { types: { job_failed: { email: true } } }, 'types.job_failed.email', /in_app/],
    [
      'a value that is not a boolean',
      { types: { job_failed: { toast: 'no' } } },
      'types.job_failed.toast',
      /true/,
    ],
    ['null', { types: { job_failed: { toast: null } } }, 'types.job_failed.toast', /true/],
    ['channels that are no object', { types: { job_failed: true } }, 'types.job_failed', /object/],
    [
      'an unknown type without a channel',
      { types: { nonsense: {} } },
      'types.nonsense',
      /not a notification type/,
    ],
    ['types that are no object', { types: [] }, 'types', /object/],
    ['an unknown key', { typs: {} }, 'typs', /not known/],
    [
      'a type that may not be muted',
      { types: { billing_notice: { in_app: false } } },
      'types.billing_notice.in_app',
      /cannot/,
    ],
    [
      'a prototype',
      { types: { constructor: { name: true } } },
      'types.constructor.name',
      /not a notification type/,
    ],
  ])('refuses %s, and changes nothing', async (_what, body, path, message) => {
    const user = newUser();
    const good = { types: { weekly_report: { toast: true } } };
    const mixed =
      'types' in body && !Array.isArray(body.types) ? { types: { ...good.types, ...body.types } } : body;
    const answer = await app.as(user).patch('/v1/preferences').send(mixed).expect(400);
    expect(answer.body).toMatchObject({
      code: 'invalid_input',
      errors: [{ path, message: expect.stringMatching(message) }],
    });
    expect((await get(user)).types['weekly_report']?.toast).toBe(false);
  });

  it('takes an empty change', async () => {
    const user = newUser();
    for (const body of [{}, { types: {} }, { types: { job_failed: {} } }]) {
      await app.as(user).patch('/v1/preferences').send(body).expect(200);
    }
  });

  it('lets first writes by many requests at once all succeed, and loses none', async () => {
    const user = newUser();
    const changes = SHIPPED_TYPES.flatMap(({ key }) =>
      CHANNELS.keys.map((channel) => ({ types: { [key]: { [channel]: false } } })),
    );
    await Promise.all(changes.map((body) => app.as(user).patch('/v1/preferences').send(body).expect(200)));
    const { types } = await get(user);
    for (const { key } of SHIPPED_TYPES) {
      expect(types[key]).toEqual({ in_app: false, toast: false, webhook: false });
    }
  });
});

describe('without the shipped types', () => {
  const OWN: NotificationType = { ...FIXED, key: 'job_failed', webhookEvent: null, mutable: true };
  let own: TestApp;
  beforeAll(async () => {
    own = await startApp({ shippedTypes: false, types: [FIXED, OWN], database: { url: app.databaseUrl } });
  });
  afterAll(() => own.close());

  it("shows the application's types, and the one that Carillon itself sends", async () => {
    const user = newUser();
    const { body } = await own.as(user).get('/v1/preferences').expect(200);
    expect(Object.keys((body as { types: object }).types)).toEqual([
      'webhook_disabled',
      'billing_notice',
      'job_failed',
    ]);
    const event = { type: 'job_completed', user_ids: [user], title: 'x' };
    await own.producer.post('/v1/events').send(event).expect(400);
  });

  it('leaves the account contract the keys whose types there are, and refuses the others', async () => {
    const me = own.as(newUser());
    const path = '/account/api/notifications/preferences';
    const before = await me.get(path).expect(200);
    expect(before.body).toEqual({ job_failed: true, job_failed_toast: false });
    const { body } = await me.put(path).send({ job_failed: false, weekly_report: false }).expect(400);
    expect(body).toMatchObject({ code: 'invalid_input', errors: [{ path: 'weekly_report' }] });
    expect((await me.get(path)).body).toEqual(before.body);
    await me.put(path).send({ job_failed: false }).expect(200);
    expect((await me.get(path)).body).toEqual({ job_failed: false, job_failed_toast: false });
  });
});

describe('resolving', () => {
  const type = TYPES.find(({ key }) => key === 'job_failed') as CatalogueType;

  it.each<[SetChannels | undefined, boolean, boolean, string]>([
    [undefined, true, true, 'default'],
    [{}, true, true, 'default'],
    [{ toast: null }, true, true, 'default'],
    [{ toast: false }, true, false, 'preference'],
    [{ toast: true }, true, true, 'preference'],
    [{ toast: false }, false, true, 'default'],
  ])('of %j (mutable: %s) says toast %s by %s', (set, mutable, on, rule) => {
    expect(resolveChannel({ ...type, mutable }, set, 'toast')).toEqual({ on, rule });
  });

  it('is the same in the dispatcher, which does it in SQL', async () => {
    const channels = fc.record(
      Object.fromEntries(CHANNELS.keys.map((channel) => [channel, fc.option(fc.boolean())])),
      { requiredKeys: [] },
    ) as fc.Arbitrary<SetChannels>;
    const recipients = fc.array(channels, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...TYPES), recipients, async (aType, sets) => {
        const userIds = sets.map(newUser);
        await sql.rows(
          `INSERT INTO carillon.preferences (user_id, type, in_app, toast, webhook, updated_at)
            SELECT u, $1, (p->>'in_app')::boolean, (p->>'toast')::boolean, (p->>'webhook')::boolean, now()
            FROM unnest($2::text[], $3::jsonb[]) AS s(u, p)`,
          [aType.key, userIds, sets.map((set) => JSON.stringify(set))],
        );
        const { id } = await app.post({ type: aType.key, user_ids: userIds, title: 'x' });
        const { body } = await app.producer.get(`/v1/events/${id}`).expect(200);
        const reported = (body as { recipients: Report[] }).recipients;
        expect(reported.map((one) => one.user_id)).toEqual(userIds);
        for (const [index, report] of reported.entries()) {
          const wanted = resolveType(aType, sets[index]);
          expect(report.in_app.status).toBe(wanted.in_app ? 'stored' : 'muted');
          expect(report.in_app.notification_id !== null).toBe(wanted.in_app);
          expect(report.toast.status).toBe(wanted.toast ? 'announced' : 'muted');
          const webhook = wanted.webhook ? 'no_endpoint' : 'muted';
          expect(report.webhook.status).toBe(aType.webhookEvent === null ? 'none' : webhook);
          for (const channel of CHANNELS.keys) {
            expect(report[channel].rule).toBe(resolveChannel(aType, sets[index], channel).rule);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

type Report = Record<string, { status: string; rule: string; notification_id?: string | null }> & {
  user_id: string;
};
