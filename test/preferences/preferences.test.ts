import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { WEBHOOK_DISABLED } from '../../src/channels/webhook/webhook.channel.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import type { NotificationType } from '../../src/config/options.js';
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
  category: 'Billing',
  critical: true,
};
const { types: TYPES, channels: CHANNELS } = new Catalogue(
  [...SHIPPED_TYPES, WEBHOOK_DISABLED, FIXED],
  new Channels(DEFAULTS),
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
    channels: Record<string, boolean | null>;
    types: Record<string, Record<string, boolean | string>>;
  };
const patch = (user: string, body: object) => app.as(user).patch('/v1/preferences').send(body).expect(200);
/** What is kept of a user. */
const rowsOf = (user: string) =>
  sql.rows(
    'SELECT type, channel, enabled, frequency FROM carillon.preferences WHERE user_id = $1 ORDER BY 1, 2',
    [user],
  );

describe('GET and PATCH /v1/preferences', () => {
  it('shows every type of the catalogue with its defaults, and that nothing is set', async () => {
    const { channels, types } = await get(newUser());
    expect(channels).toMatchObject({ in_app: null, toast: null, webhook: null });
    expect(types).toEqual(
      Object.fromEntries(TYPES.map((type) => [type.key, { ...type.channels, email_frequency: 'instant' }])),
    );
    expect(types['job_failed']).toMatchObject({ in_app: true, toast: true, webhook: true });
    expect(types['rule_executed']).toMatchObject({ in_app: false, toast: false, webhook: true });
  });

  it('merges per channel, answers the whole, and keeps it', async () => {
    const user = newUser();
    await patch(user, { types: { job_failed: { toast: false } } });
    const types = { job_failed: { webhook: false }, rule_executed: { in_app: true } };
    const { body } = await patch(user, { types });
    expect(body).toMatchObject({
      types: {
        job_failed: { in_app: true, toast: false, webhook: false, email: false },
        rule_executed: { in_app: true, toast: false, webhook: true, email: false },
        job_completed: { in_app: true, toast: true, webhook: true, email: false },
      },
    });
    expect(await get(user)).toEqual(body);
    expect((await get(newUser())).types['job_failed']?.toast).toBe(true);
  });

  it('names everything that is wrong at once', async () => {
    const types = { job_failed: { toast: 'no' }, job_completed: 1, nonsense: { toast: true } };
    const body = { types, typs: 1, channels: { emial: true, toast: 1, webhook: null } };
    const answer = await app.as(newUser()).patch('/v1/preferences').send(body).expect(400);
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual([
      ...['channels.emial', 'channels.toast'],
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
    ['an unknown channel', { types: { job_failed: { pigeon: true } } }, 'types.job_failed.pigeon', /in_app/],
    [
      'a value that is not a boolean',
      { types: { job_failed: { toast: 'no' } } },
      'types.job_failed.toast',
      /true/,
    ],
    ['an unknown whole channel', { channels: { tost: true } }, 'channels.tost', /not a channel: .*"toast"/],
    ['a whole channel that is neither', { channels: { toast: 'no' } }, 'channels.toast', /true/],
    ['whole channels that are no object', { channels: [] }, 'channels', /object/],
    ['a type without a name', { types: { '': { toast: true } } }, 'types..toast', /not a notification type/],
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
      'a frequency that there is not',
      { types: { job_failed: { email_frequency: 'yearly' } } },
      'types.job_failed.email_frequency',
      /must be one of instant, hourly, daily, weekly, or null/,
    ],
    [
      'a frequency that is a switch',
      { types: { job_failed: { email_frequency: true } } },
      'types.job_failed.email_frequency',
      /must be one of/,
    ],
    [
      'a frequency in place of a switch',
      { types: { job_failed: { email: 'daily' } } },
      'types.job_failed.email',
      /true, false or null/,
    ],
    [
      'a frequency of a channel that has none',
      { types: { job_failed: { webhook_frequency: 'daily' } } },
      'types.job_failed.webhook_frequency',
      /not a channel/,
    ],
    [
      'a frequency of a whole channel',
      { channels: { email_frequency: 'daily' } },
      'channels.email_frequency',
      /not a channel/,
    ],
    [
      'a frequency of a type that may not be muted',
      { types: { billing_notice: { email_frequency: 'daily' } } },
      'types.billing_notice.email_frequency',
      /cannot be changed/,
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
    for (const body of [{}, { types: {} }, { types: { job_failed: {} } }, { channels: {} }]) {
      await patch(user, body);
    }
  });

  it('lets first writes by many requests at once all succeed, and loses none', async () => {
    const user = newUser();
    const changes = SHIPPED_TYPES.flatMap(({ key }) =>
      CHANNELS.keys.map((channel) => ({ types: { [key]: { [channel]: false } } })),
    );
    await Promise.all(changes.map((body) => patch(user, body)));
    const { types } = await get(user);
    for (const { key } of SHIPPED_TYPES) {
      expect(types[key]).toMatchObject({ in_app: false, toast: false, webhook: false });
    }
  });
});

describe('a setting that is taken back', () => {
  it('is as if it had never been set', async () => {
    const user = newUser();
    const before = await get(user);
    await patch(user, { channels: { toast: true }, types: { job_failed: { in_app: false, toast: false } } });
    const { body } = await patch(user, { types: { job_failed: { toast: null } } });
    expect((body as typeof before).types['job_failed']).toMatchObject({
      in_app: false,
      toast: true,
      webhook: true,
    });
    const all = { channels: { toast: null }, types: { job_failed: { in_app: null, toast: null } } };
    expect((await patch(user, all)).body).toEqual(before);
    expect(await rowsOf(user)).toEqual([]);
  });

  it('may be one of a type that users may not change any more', async () => {
    const user = newUser();
    await sql.rows(
      `INSERT INTO carillon.preferences (user_id, type, channel, enabled, updated_at)
        VALUES ($1, 'billing_notice', 'toast', true, now())`,
      [user],
    );
    await patch(user, { types: { billing_notice: { toast: null } } });
    expect(await rowsOf(user)).toEqual([]);
  });

  it('and one that is set by requests at once leave none waiting for another, and nothing half done', async () => {
    const user = newUser();
    const keys = SHIPPED_TYPES.map(({ key }) => key);
    const body = (value: (index: number) => boolean | null, order: string[]) => ({
      types: Object.fromEntries(
        order.map((key, index) => [key, { toast: value(index), webhook: value(index + 1) }]),
      ),
    });
    const bodies = [
      body((index) => (index % 2 ? null : true), keys),
      body((index) => (index % 2 ? false : null), keys.toReversed()),
      body(() => null, keys),
    ];
    await Promise.all(Array.from({ length: 30 }, (_, index) => patch(user, bodies[index % 3] ?? {})));
    expect(await sql.number('SELECT count(*) FROM carillon.preferences WHERE enabled IS NULL')).toBe(0);
    await patch(user, bodies[2] ?? {});
    expect(await rowsOf(user)).toEqual([]);
  });
});

describe('how often mails come', () => {
  it('is kept beside the switch: neither touches the other', async () => {
    const user = newUser();
    const daily = { types: { job_failed: { email_frequency: 'daily' } } };
    const { body } = await patch(user, daily);
    expect(body).toMatchObject({ types: { job_failed: { email: false, email_frequency: 'daily' } } });
    await patch(user, { types: { job_failed: { email: true } }, channels: { email: false } });
    const { types } = await get(user);
    expect(types['job_failed']).toMatchObject({ email: true, email_frequency: 'daily' });
    expect(types['job_completed']).toMatchObject({ email: false, email_frequency: 'instant' });

    await patch(user, { types: { job_failed: { email: null } }, channels: { email: null } });
    expect(await rowsOf(user)).toEqual([
      { type: 'job_failed', channel: 'email', enabled: null, frequency: 'daily' },
    ]);
    await patch(user, { types: { job_failed: { email: true, email_frequency: null } } });
    expect(await rowsOf(user)).toEqual([
      { type: 'job_failed', channel: 'email', enabled: true, frequency: null },
    ]);
    await patch(user, { types: { job_failed: { email: null } } });
    expect(await rowsOf(user)).toEqual([]);
  });

  it('leaves what is sent at once, and the keys of the account contract, as they are', async () => {
    const user = newUser();
    const account = '/account/api/notifications/preferences';
    const before = await app.as(user).get(account).expect(200);
    await patch(user, { types: { job_failed: { email_frequency: 'weekly' } } });
    expect((await app.as(user).get(account).expect(200)).body).toEqual(before.body);
    const { id } = await app.post({ type: 'job_failed', user_ids: [user], title: 'x' });
    const { body } = await app.producer.get(`/v1/events/${id}`).expect(200);
    expect(body).toMatchObject({
      recipients: [
        { in_app: { status: 'stored', rule: 'default' }, email: { status: 'muted', rule: 'default' } },
      ],
    });
  });

  it('is set with the switch by requests at once, which leave none waiting for another', async () => {
    const user = newUser();
    const keys = SHIPPED_TYPES.map(({ key }) => key);
    const switches = Object.fromEntries(keys.map((key) => [key, { email: true }]));
    const frequencies = Object.fromEntries(
      keys.toReversed().map((key) => [key, { email_frequency: 'hourly' }]),
    );
    const mixed = Object.fromEntries(
      keys.map((key, index) => [key, index % 2 ? { email: true } : { email_frequency: 'hourly' }]),
    );
    const bodies = [{ types: switches }, { types: frequencies }, { types: mixed }];
    await Promise.all(Array.from({ length: 30 }, (_, index) => patch(user, bodies[index % 3] ?? {})));
    const { types } = await get(user);
    for (const key of keys) expect(types[key]).toMatchObject({ email: true, email_frequency: 'hourly' });
  });
});

describe('the switch of a whole channel', () => {
  it('holds for every type for which nothing of its own is set, but those that may not be muted', async () => {
    const user = newUser();
    await patch(user, { types: { job_failed: { toast: true } } });
    const { body } = await patch(user, { channels: { toast: false, in_app: false } });
    const { channels, types } = body as Awaited<ReturnType<typeof get>>;
    expect(channels).toMatchObject({ in_app: false, toast: false, webhook: null });
    expect(types['job_failed']).toMatchObject({ in_app: false, toast: true, webhook: true });
    expect(types['job_completed']).toMatchObject({ in_app: false, toast: false, webhook: true });
    expect(types['billing_notice']).toMatchObject(FIXED.channels ?? {});
    expect(types['webhook_disabled']).toMatchObject({ in_app: true, toast: true });
  });

  it('brings back what held before when it is taken back', async () => {
    const user = newUser();
    await patch(user, { types: { job_failed: { toast: false }, weekly_report: { toast: true } } });
    const before = await get(user);
    await patch(user, { channels: { toast: false } });
    expect((await patch(user, { channels: { toast: null } })).body).toEqual(before);
  });

  it('is seen through the keys of the account contract, which set types alone', async () => {
    const user = newUser();
    const account = '/account/api/notifications/preferences';
    await patch(user, { channels: { toast: true, in_app: false } });
    await app.as(user).put(account).send({ weekly_report: true, job_failed_toast: false }).expect(200);
    const { body } = await app.as(user).get(account).expect(200);
    expect(body).toMatchObject({
      weekly_report: true,
      job_completed: false,
      job_failed_toast: false,
      rule_executed_toast: true,
    });
    expect((await get(user)).channels).toMatchObject({ in_app: false, toast: true, webhook: null });
    const refused = await app.as(user).put(account).send({ weekly_report: null }).expect(400);
    expect(refused.body).toMatchObject({
      errors: [{ path: 'weekly_report', message: 'must be true or false' }],
    });
  });

  it('decides what an event does, and is reported as what the user prefers', async () => {
    const user = newUser();
    await patch(user, {
      channels: { toast: false, webhook: false },
      types: { job_failed: { webhook: true } },
    });
    const { id } = await app.post({ type: 'job_failed', user_ids: [user], title: 'x' });
    const { body } = await app.producer.get(`/v1/events/${id}`).expect(200);
    expect(body).toMatchObject({
      recipients: [
        {
          in_app: { status: 'stored', rule: 'default' },
          toast: { status: 'muted', rule: 'preference' },
          webhook: { status: 'no_endpoint', rule: 'preference' },
        },
      ],
    });
  });
});

it('a user has at most a row for each channel of each type, and one for each channel', async () => {
  const user = newUser();
  const each = (value: boolean) => Object.fromEntries(CHANNELS.keys.map((key) => [key, value]));
  const mutable = TYPES.filter((type) => type.mutable);
  for (const value of [true, false, true]) {
    await patch(user, {
      channels: each(value),
      types: Object.fromEntries(mutable.map(({ key }) => [key, each(value)])),
    });
  }
  expect(await rowsOf(user)).toHaveLength((mutable.length + 1) * CHANNELS.keys.length);
});

describe('without the shipped types', () => {
  const OWN: NotificationType = {
    ...FIXED,
    key: 'job_failed',
    webhookEvent: null,
    mutable: true,
    category: undefined,
    critical: false,
    channels: {
      email: { default: true, delay: '10m', unless: 'read', digest: 'daily' },
      push: { digest: 'daily' },
    },
  };
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
    const listed = await own.as(user).get('/v1/notification-types').expect(200);
    expect((listed.body as { types: object[] }).types).toMatchObject([
      { key: 'webhook_disabled', category: null, critical: false, mutable: false },
      { key: 'billing_notice', category: 'Billing', critical: true, mutable: false, timing: {} },
      {
        key: 'job_failed',
        category: null,
        critical: false,
        mutable: true,
        channels: { email: true, push: false },
        timing: { email: { delay: '10m', unless: 'read', digest: 'daily' }, push: { digest: 'daily' } },
      },
    ]);
    const daily = await own.as(user).get('/v1/preferences').expect(200);
    expect(daily.body).toMatchObject({ types: { job_failed: { email: true, email_frequency: 'daily' } } });
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
