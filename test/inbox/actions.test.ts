import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import type { ActionTaken } from '../../src/notifications/action-handlers.js';
import { UserInbox } from '../../src/notifications/user-inbox.service.js';
import { expectProblem, UNKNOWN_ID } from '../contracts/refusals.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const APPROVE = { id: 'approve', label: 'Approve', style: 'primary' };
const REJECT = { id: 'reject', label: 'Reject', link: '/requests/17/reject', style: 'danger' };
const SHOWN = {
  actions: [APPROVE, REJECT],
  image: 'https://cdn.example.com/17.png',
  actor: { name: 'Ann Lee', image: 'https://cdn.example.com/ann.png' },
};

interface Row {
  id: string;
  read_at: string | null;
  action: { id: string; at: string } | null;
  [field: string]: unknown;
}

let t: TestApp;
let sql: Sql;
const endings: (() => void)[] = [];
let users = 0;

beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
});
afterEach(() => endings.splice(0).forEach((end) => end()));
afterAll(async () => {
  await sql.end();
  await t.close();
});

/** A user whom no other test has met. */
const newUser = () => `acts-${(users += 1)}`;

function send(user: string, more: object = SHOWN): Promise<{ id: string }> {
  return t.post({ type: 'job_failed', title: 'May it go out?', user_ids: [user], ...more });
}

async function list(user: string, query = '?view=full'): Promise<Row[]> {
  const { body } = await t.as(user).get(`/v1/notifications${query}`).expect(200);
  return (body as { notifications: Row[] }).notifications;
}

/** A notification of a new user. */
async function given(more?: object): Promise<{ user: string; id: string; eventId: string }> {
  const user = newUser();
  const { id: eventId } = await send(user, more);
  const [row] = await list(user);
  return { user, id: row!.id, eventId };
}

const ask = (user: string, id: string, action: string) =>
  t.as(user).post(`/v1/notifications/${id}/actions/${action}`);

async function act(user: string, id: string, action: string): Promise<Row> {
  const answer = await ask(user, id, action).expect(200);
  return (answer.body as { notification: Row }).notification;
}

async function unread(user: string): Promise<number> {
  const { body } = await t.as(user).get('/v1/notifications/unread-count').expect(200);
  return (body as { count: number }).count;
}

async function reported(eventId: string, user: string): Promise<unknown> {
  const { body } = await t.producer.get(`/v1/events/${eventId}`).expect(200);
  const { recipients } = body as { recipients: { user_id: string; action?: unknown }[] };
  return recipients.find(({ user_id: id }) => id === user)?.action;
}

describe('what an event shows', () => {
  it('is in the full view of its notifications, and nowhere else', async () => {
    const { user, id } = await given();
    const rows = await list(user);
    const { body } = await t.as(user).get(`/v1/notifications/${id}`).expect(200);
    expect(rows).toHaveLength(1);
    for (const row of [rows[0], (body as { notification: Row }).notification]) {
      expect(row).toMatchObject(SHOWN);
      // Until one is taken.
      expect(row).not.toHaveProperty('action');
    }
    const [listed] = await list(user, '');
    for (const key of ['actions', 'image', 'actor', 'action', 'extras'])
      expect(listed).not.toHaveProperty(key);
  });

  it('is nothing where nothing was said', async () => {
    const { user, eventId } = await given({ actions: [], image: null });
    expect(await list(user)).toEqual([expect.objectContaining({ actions: [], image: null, actor: null })]);
    const stored = `SELECT extras FROM carillon.events WHERE id = $1
      UNION ALL SELECT extras FROM carillon.notifications WHERE event_id = $1`;
    expect(await sql.rows(stored, [eventId])).toEqual([{ extras: null }, { extras: null }]);
  });

  it('leaves out what was null within it', async () => {
    const actions = [{ id: 'a', label: 'A', link: null, style: null }];
    const { user } = await given({ actions, actor: { name: 'Ann', image: null } });
    expect(await list(user)).toEqual([
      expect.objectContaining({ actions: [{ id: 'a', label: 'A' }], image: null, actor: { name: 'Ann' } }),
    ]);
  });

  it('is the same from code, and for pages that a host makes itself', async () => {
    const user = newUser();
    const service = t.app.get(NotificationService, { strict: false });
    const inbox = t.app.get(UserInbox, { strict: false });
    await service.notify({
      type: 'job_failed',
      userIds: [user],
      title: 'T',
      actions: [{ id: 'approve', label: 'Approve' }],
      actor: { name: 'Ann Lee' },
    });
    const [shown] = (await inbox.list(user)).notifications;
    expect(shown).toMatchObject({
      actions: [{ id: 'approve', label: 'Approve' }],
      image: null,
      actor: { name: 'Ann Lee' },
      action: null,
    });
    expect(shown).not.toHaveProperty('extras');
    const taken = await inbox.act(user, shown!.id, 'approve');
    expect(taken).toMatchObject({
      action: { id: 'approve', at: expect.any(Date) },
      readAt: expect.any(Date),
    });
    expect(taken.action!.at).toEqual(taken.readAt);
  });

  it('waits with an event that is sent later', async () => {
    const user = newUser();
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await send(user, { ...SHOWN, send_at: sendAt });
    await t.producer.patch(`/v1/events/${id}`).send({ send_at: '2020-01-01T00:00:00Z' }).expect(200);
    let rows: Row[] = [];
    while (rows.length === 0) rows = await list(user);
    expect(rows).toEqual([expect.objectContaining(SHOWN)]);
  });
});

describe('what bad input gets', () => {
  const action = (more: object) => ({ actions: [{ id: 'a', label: 'A', ...more }] });
  const SCRIPTS = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'ftp://x.example',
    '',
  ];

  it.each<[string, object, string[]]>([
    ['a fourth action', { actions: ['a', 'b', 'c', 'd'].map((id) => ({ id, label: id })) }, ['actions']],
    ['no list', { actions: { id: 'a', label: 'A' } }, ['actions']],
    ['no action', { actions: [null, 'a', []] }, ['actions[0]', 'actions[1]', 'actions[2]']],
    [
      'every wrong place',
      {
        actions: [
          { id: '', label: '' },
          { link: 1, style: 'blue' },
        ],
      },
      [
        'actions[0].id',
        'actions[0].label',
        'actions[1].id',
        'actions[1].label',
        'actions[1].link',
        'actions[1].style',
      ],
    ],
    ['a label too long', action({ label: '🙂'.repeat(41) }), ['actions[0].label']],
    ['a label of which nothing is seen', action({ label: ' \u200b\u2060' }), ['actions[0].label']],
    ['a label of two lines', action({ label: 'A\u2028B' }), ['actions[0].label']],
    ['a lone surrogate', action({ label: 'A\ud800' }), ['actions[0].label']],
    [
      'the same id twice',
      {
        actions: [
          { id: 'a', label: 'A' },
          { id: 'a', label: 'B' },
        ],
      },
      ['actions[1].id'],
    ],
    ...['', '.', '..', 'a/b', 'a b', 'é', 'a\0', '-a', 'a'.repeat(65)].map(
      (id): [string, object, string[]] => [`the id ${JSON.stringify(id)}`, action({ id }), ['actions[0].id']],
    ),
    ...SCRIPTS.map((link): [string, object, string[]] => [
      `the link ${JSON.stringify(link)}`,
      action({ link }),
      ['actions[0].link'],
    ]),
    ...[...SCRIPTS, 'http://cdn.example.com/1.png', '/1.png', 'https://user:pw@cdn.example.com/1.png'].map(
      (image): [string, object, string[]] => [
        `the image ${JSON.stringify(image)}`,
        { image, actor: { name: 'Ann', image } },
        ['image', 'actor.image'],
      ],
    ),
    ['a link with credentials', action({ link: 'https://user:pw@example.com/' }), ['actions[0].link']],
    ['an actor without a name', { actor: { image: 'https://cdn.example.com/1.png' } }, ['actor.name']],
    ['an actor who is a text', { actor: 'Ann' }, ['actor']],
    [
      'what is not known',
      { actor: { name: 'Ann', url: 'x' }, ...action({ onclick: 'x' }) },
      ['actions[0].onclick', 'actor.url'],
    ],
  ])('%s', async (_what, more, paths) => {
    const event = { type: 'job_failed', title: 'T', user_ids: ['nobody'], ...more };
    const answer = await t.producer.post('/v1/events').send(event);
    expectProblem(answer, 400, 'invalid_input');
    expect((answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(paths);
  });

  it('40 characters and 64 of an id are taken, in any script', async () => {
    const actions = [
      { id: 'a'.repeat(64), label: '🙂'.repeat(40) },
      { id: 'v1.2:go_on-now', label: 'موافقة' },
    ];
    const { user, id } = await given({ actions, actor: { name: '李'.repeat(200) } });
    expect(await list(user)).toEqual([expect.objectContaining({ actions })]);
    expect(await act(user, id, 'v1.2:go_on-now')).toMatchObject({ action: { id: 'v1.2:go_on-now' } });
  });
});

describe('an action', () => {
  it('is recorded, marks read and is in the report', async () => {
    const { user, id, eventId } = await given();
    expect(await reported(eventId, user)).toBeUndefined();
    const answered = await act(user, id, 'approve');
    expect(answered).toMatchObject({
      id,
      ...SHOWN,
      action: { id: 'approve', at: ISO },
      read_at: answered.action!.at,
    });
    expect(await list(user)).toEqual([answered]);
    expect(await unread(user)).toBe(0);
    expect(await reported(eventId, user)).toEqual(answered.action);
  });

  it('that is taken again is answered as it is, and another one is not taken', async () => {
    const { user, id, eventId } = await given();
    const first = await act(user, id, 'reject');
    expect(await act(user, id, 'reject')).toEqual(first);
    const refused = await ask(user, id, 'approve');
    expectProblem(refused, 409, 'action_taken');
    expect((refused.body as { detail: string }).detail).toBe('Another action has been taken: "reject".');
    expect(await list(user)).toEqual([first]);
    expect(await reported(eventId, user)).toEqual(first.action);
  });

  it('keeps the first reading, and leaves it where it is', async () => {
    const { user, id } = await given();
    await t.as(user).patch(`/v1/notifications/${id}`).send({ archived: true }).expect(200);
    const [archived] = await list(user, '?view=full&state=archived');
    expect(await act(user, id, 'approve')).toEqual({ ...archived, action: { id: 'approve', at: ISO } });
    expect(await unread(user)).toBe(0);
    // Unread again, it is still taken, and stays unread when the same is asked once more.
    await t.as(user).patch(`/v1/notifications/${id}`).send({ archived: false, read: false }).expect(200);
    expect(await act(user, id, 'approve')).toMatchObject({ read_at: null });
    expect(await unread(user)).toBe(1);
  });

  it('is one of the notification’s own, and of the user’s', async () => {
    const { user, id } = await given();
    const plain = await given({});
    expectProblem(await ask(user, id, 'delete'), 404, 'not_found');
    expectProblem(await ask(plain.user, plain.id, 'approve'), 404, 'not_found');
    expectProblem(await ask(plain.user, id, 'approve'), 404, 'not_found');
    for (const unknown of [UNKNOWN_ID, 'x', '%00'])
      expectProblem(await ask(user, unknown, 'approve'), 404, 'not_found');
    for (const odd of ['%00', 'a%2Fb', '%F0%9F%99%82', 'a'.repeat(500)])
      expectProblem(await ask(user, id, odd), 404, 'not_found');
    await act(user, id, 'approve');
    expectProblem(await ask(user, id, 'delete'), 404, 'not_found');
    expectProblem(await t.http.post(`/v1/notifications/${id}/actions/approve`), 401, 'unauthenticated');
  });

  it('is none of what is in the trash, and stays taken there', async () => {
    const { user, id, eventId } = await given();
    const trash = async () => await t.as(user).delete(`/v1/notifications/${id}`).expect(200);
    await trash();
    expectProblem(await ask(user, id, 'approve'), 404, 'not_found');
    await t.as(user).post(`/v1/notifications/${id}/restore`).expect(200);
    const { action } = await act(user, id, 'approve');
    await trash();
    await t.as(user).post(`/v1/notifications/${id}/restore`).expect(200);
    expect(await list(user)).toEqual([expect.objectContaining({ action })]);
    await trash();
    await t.as(user).delete(`/v1/notifications/${id}/purge`).expect(200);
    expect(await reported(eventId, user)).toEqual(action);
  });

  it('finds its notification by a former id, and is its event’s', async () => {
    const user = newUser();
    const key = { collapse_key: 'requests' };
    const { id: first } = await send(user, { ...key, actions: [APPROVE] });
    const [former] = await list(user);
    const { id: second } = await send(user, { ...key, actions: [REJECT] });
    let rows: Row[] = [];
    do rows = await list(user);
    while (rows.length !== 1 || rows[0]!.id === former!.id);
    expectProblem(await ask(user, former!.id, 'approve'), 404, 'not_found');
    const { action } = await act(user, former!.id, 'reject');
    expect(await reported(second, user)).toEqual(action);
    expect(await reported(first, user)).toBeUndefined();
    // Unread again, it gives way to the next, whose actions are its own; what was taken stays in the report.
    await t.as(user).patch(`/v1/notifications/${rows[0]!.id}`).send({ read: false }).expect(200);
    await send(user, { ...key, actions: [APPROVE] });
    do rows = await list(user);
    while (rows.length !== 1 || rows[0]!['count'] !== 3);
    expect(rows[0]).toMatchObject({ actions: [APPROVE] });
    expect(rows[0]).not.toHaveProperty('action');
    expect(await reported(second, user)).toEqual(action);
  });

  it('is one of many at once', async () => {
    const { user, id, eventId } = await given();
    const asked = Array.from({ length: 12 }, (_, at) => (at % 2 ? 'approve' : 'reject'));
    const answers = await Promise.all(asked.map((action) => ask(user, id, action)));
    const { id: taken } = (await list(user))[0]!.action!;
    expect(answers.map(({ status }) => status)).toEqual(
      asked.map((action) => (action === taken ? 200 : 409)),
    );
    const rows = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => (body as { notification: Row }).notification);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(1);
    expect(await unread(user)).toBe(0);
    expect(
      await sql.rows('SELECT action_id FROM carillon.taken_actions WHERE event_id = $1', [eventId]),
    ).toEqual([{ action_id: taken }]);
  });

  it('of a tenant’s notification counts there', async () => {
    const { user, id } = await given({ ...SHOWN, team_id: 'site' });
    await act(user, id, 'approve');
    const { body } = await t.as(user).get('/v1/notifications/unread-count?team_id=site').expect(200);
    expect(body).toEqual({ count: 0 });
  });

  it('is erased and exported with its user', async () => {
    const { user, id, eventId } = await given();
    await act(user, id, 'approve');
    const { body } = await t.producer.get(`/v1/users/${user}/export`).expect(200);
    expect(body).toMatchObject({ taken_actions: [{ event_id: eventId, action_id: 'approve' }] });
    const erased = await t.producer.delete(`/v1/users/${user}`).expect(200);
    expect(erased.body).toMatchObject({ erased: { taken_actions: 1 } });
  });

  it('is told to pages, as what a notification shows is', async () => {
    const user = newUser();
    const reader = await StreamReader.open(`${t.url}/v1/notifications/stream`, {
      Authorization: `Bearer ${tokenOf(user)}`,
    });
    endings.push(() => reader.close());
    await send(user, {});
    await send(user);
    await reader.until(() => reader.of('notification').length === 2);
    const [plain, shown] = reader.of('notification').map(({ data }) => data);
    expect(plain).not.toHaveProperty('extras');
    expect(shown).toMatchObject({ extras: SHOWN });
    const [{ id }] = (await list(user)) as [Row];
    await t.as(user).patch(`/v1/notifications/${id}`).send({ read: true }).expect(200);
    const { action, read_at } = await act(user, id, 'approve');
    await reader.until(() => reader.of('read').length === 2);
    expect(reader.of('read').map(({ data }) => data)[1]).toEqual({ ids: [id], read_at, action });
    await t.as(user).patch(`/v1/notifications/${id}`).send({ archived: true }).expect(200);
    await reader.until(() => reader.of('moved').length === 1);
    expect(reader.of('moved')[0]!.data).toMatchObject({ state: 'archived', extras: { ...SHOWN, action } });
  });
});

describe('onAction()', () => {
  /** What a handler has been told. */
  function listen(): ActionTaken[] {
    const told: ActionTaken[] = [];
    endings.push(t.app.get(NotificationService, { strict: false }).onAction((taken) => told.push(taken)));
    return told;
  }

  it('is told of an action before the request is answered, once', async () => {
    const told = listen();
    const { user, id, eventId } = await given({
      ...SHOWN,
      entity: { type: 'request', id: '17' },
      data: { n: 1 },
    });
    const { action } = await act(user, id, 'reject');
    await act(user, id, 'reject');
    await ask(user, id, 'approve').expect(409);
    expect(told).toEqual([
      {
        userId: user,
        action: REJECT,
        at: new Date(action!.at),
        notification: expect.objectContaining({
          id,
          eventId,
          type: 'job_failed',
          entity: { type: 'request', id: '17' },
          data: { n: 1 },
          action: { id: 'reject', at: new Date(action!.at) },
        }),
      },
    ]);
  });

  it('is told no more once it has ended', async () => {
    const told = listen();
    endings.splice(0).forEach((end) => end());
    const { user, id } = await given();
    await act(user, id, 'approve');
    expect(told).toEqual([]);
  });

  it('logs what throws under the id that the answer has, and the action stays', async () => {
    const service = t.app.get(NotificationService, { strict: false });
    endings.push(
      service.onAction(() => {
        throw new Error('the host is away');
      }),
    );
    endings.push(service.onAction(() => Promise.reject(new Error('and so is its queue'))));
    const told = listen();
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    endings.push(() => log.mockRestore());
    const { user, id, eventId } = await given();
    const answer = await ask(user, id, 'approve').expect(200);
    const requestId = answer.headers['x-request-id'] as string;
    const lines = log.mock.calls.map(([line]) => String(line).split('\n')[0]);
    const begins = `${requestId} a handler of the action approve of notification ${id} failed: Error: `;
    expect(lines).toEqual([`${begins}the host is away`, `${begins}and so is its queue`]);
    expect(told).toHaveLength(1);
    expect(await reported(eventId, user)).toMatchObject({ id: 'approve' });
  });
});
