import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_DATA_BYTES } from '../../src/dispatcher/json-data.js';
import { sendBytes } from '../fuzz/raw.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

let t: TestApp;
let sql: Sql;

beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
});

afterAll(async () => {
  await sql.end();
  await t.close();
});

const VALID = { type: 'job_failed', user_ids: ['u'], title: 'T' };

const send = (event: unknown, key?: string) => {
  const request = t.producer.post('/v1/events');
  if (key !== undefined) void request.set('Idempotency-Key', key);
  return request.send(event as object);
};

/** The body as text, for what JSON.stringify would not write. */
const sendText = (text: string, type = 'application/json') =>
  t.producer.post('/v1/events').set('Content-Type', type).send(text);

const stored = (title: string) =>
  sql.number('SELECT count(*) FROM carillon.events WHERE title = $1', [title]);

describe('POST /v1/events', () => {
  it('stores what it is given, and answers with the event and how many it went to', async () => {
    const event = {
      type: 'issue.digest',
      user_ids: ['anna', 'ben', 'anna'],
      title: '3 new issues',
      body: 'One regression.\nTwo new errors.',
      link: '/dashboard/issues?project=1',
      data: { project: { id: 1, names: ['a', 'b'] }, none: null },
      team_id: 'team_1',
      entity: { type: 'project', id: 'p1' },
      level: 'error',
    };
    const { body } = await send(event)
      .expect(201)
      .expect('Content-Type', /^application\/json/);
    expect(body).toEqual({
      event: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
        type: 'issue.digest',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        status: 'sent',
        send_at: null,
      },
      recipients: 2,
    });
    for (const user of ['anna', 'ben']) {
      const list = await t.as(user).get('/v1/notifications').expect(200);
      const [{ id }] = list.body.notifications;
      const single = await t.as(user).get(`/v1/notifications/${id}`).expect(200);
      expect(single.body.notification).toMatchObject({
        id,
        type: event.type,
        title: event.title,
        body: event.body,
        link: event.link,
        team_id: event.team_id,
        read_at: null,
        created_at: body.event.created_at,
        level: 'error',
        data: event.data,
        entity: event.entity,
        event_id: body.event.id,
      });
    }
  });

  it('fills in what is left out, and takes null for it', async () => {
    await send({ ...VALID, user_ids: ['short'] }).expect(201);
    const nulls = { body: null, link: null, data: null, team_id: null, entity: null };
    await send({ ...VALID, ...nulls, user_ids: ['short'] }).expect(201);
    const { body } = await t.as('short').get('/v1/notifications').expect(200);
    expect(body.notifications).toHaveLength(2);
    for (const row of body.notifications) {
      expect(row).toMatchObject({ body: null, link: null, team_id: null, read_at: null });
      const single = await t.as('short').get(`/v1/notifications/${row.id}`);
      // The level is the type's own.
      expect(single.body.notification).toMatchObject({ level: 'error', data: null, entity: null });
    }
  });

  it('goes to 10,000 users at once, of the longest ids', async () => {
    const userIds = Array.from({ length: 10_000 }, (_, i) => `${'ü'.repeat(120)}${i}`.padEnd(128, '-'));
    const { body } = await send({ ...VALID, title: 'to many', user_ids: userIds }).expect(201);
    expect(body.recipients).toBe(10_000);
    expect(
      await sql.number('SELECT count(DISTINCT user_id) FROM carillon.notifications WHERE event_id = $1', [
        body.event.id,
      ]),
    ).toBe(10_000);
    for (const user of [userIds[0], userIds[9_999]] as string[]) {
      expect((await t.as(user).get('/v1/notifications/unread-count')).body).toEqual({ count: 1 });
    }
    const refused = await send({ ...VALID, user_ids: [...userIds, 'one too many'] }).expect(400);
    expect(refused.body.errors).toEqual([
      { path: 'user_ids', message: 'must have 1 to 10000 user ids, not 10001' },
    ]);
  });
});

const text = (length: number) => '😀'.repeat(length);
const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) });
/** An object whose JSON text has exactly so many bytes. */
const dataOf = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

describe('the bounds of an event, in characters and bytes', () => {
  it.each<[string, object]>([
    ['a title of 255', { title: text(255) }],
    ['a body of 10,000', { body: text(10_000) }],
    ['an empty body', { body: '' }],
    ['a link of 2,048', { link: `/${text(2_047)}` }],
    ['a user id of 128', { user_ids: [text(128)] }],
    ['a team id of 128', { team_id: text(128) }],
    ['an entity of 128', { entity: { type: text(128), id: text(128) } }],
    ['data of 64 KB', { data: dataOf(MAX_DATA_BYTES) }],
    ['data of 64 levels', { data: nested(64) }],
    ['data with every kind of value', { data: { a: [1, -1.5e300, true, null, 'x', {}], '': '' } }],
  ])('%s is taken', async (_, change) => {
    await send({ ...VALID, ...change }).expect(201);
  });

  it.each<[string, object, string]>([
    ['no type', { type: undefined }, 'type'],
    ['a type that is no text', { type: 7 }, 'type'],
    ['no users', { user_ids: undefined }, 'user_ids'],
    ['an empty list of users', { user_ids: [] }, 'user_ids'],
    ['users that are no list', { user_ids: 'u' }, 'user_ids'],
    ['a user that is no text', { user_ids: ['u', 7] }, 'user_ids[1]'],
    ['an empty user', { user_ids: [''] }, 'user_ids[0]'],
    ['a user of 129', { user_ids: [text(129)] }, 'user_ids[0]'],
    ['a user with NUL', { user_ids: ['u\0'] }, 'user_ids[0]'],
    ['a user with a lone surrogate', { user_ids: ['\ud800'] }, 'user_ids[0]'],
    ['no title', { title: undefined }, 'title'],
    ['a null title', { title: null }, 'title'],
    ['an empty title', { title: '' }, 'title'],
    ['a title of 256', { title: text(256) }, 'title'],
    ['a title with NUL', { title: 'a\0b' }, 'title'],
    ['a title with half a pair', { title: 'a\udc00b' }, 'title'],
    ['a body of 10,001', { body: text(10_001) }, 'body'],
    ['a body with NUL', { body: '\0' }, 'body'],
    ['a body that is a number', { body: 1 }, 'body'],
    ['a link to run', { link: 'javascript:alert(1)' }, 'link'],
    ['a link to elsewhere', { link: '//evil.example' }, 'link'],
    ['a link with credentials', { link: 'https://user:pw@example.com/' }, 'link'],
    ['an empty link', { link: '' }, 'link'],
    ['data that is a list', { data: [] }, 'data'],
    ['data that is a text', { data: '{}' }, 'data'],
    ['data of 64 KB and a byte', { data: dataOf(MAX_DATA_BYTES + 1) }, 'data'],
    ['data of 65 levels', { data: nested(65) }, `data${'.a'.repeat(64)}`],
    ['data with NUL', { data: { a: ['\0'] } }, 'data.a[0]'],
    ['data with NUL in a key', { data: { '\0': 1 } }, 'data.\0'],
    ['data with a lone surrogate', { data: { a: '\ud83d' } }, 'data.a'],
    ['data with half a pair in a key', { data: { a: { '\ude00': 1 } } }, 'data.a.\ude00'],
    ['an empty team', { team_id: '' }, 'team_id'],
    ['a team of 129', { team_id: text(129) }, 'team_id'],
    ['a team with NUL', { team_id: '\0' }, 'team_id'],
    ['an entity without an id', { entity: { type: 'x' } }, 'entity.id'],
    ['an entity that is a text', { entity: 'x' }, 'entity'],
    ['an entity that is a list', { entity: ['x', 'y'] }, 'entity'],
    ['an entity with more', { entity: { type: 'x', id: 'y', name: 'z' } }, 'entity.name'],
    ['an entity with NUL', { entity: { type: 'x', id: '\0' } }, 'entity.id'],
    ['another level', { level: 'fatal' }, 'level'],
    ['an unknown key', { user_id: 'u' }, 'user_id'],
    ['the spelling of code', { teamId: 'x' }, 'teamId'],
  ])('%s is refused by its place', async (_, change, path) => {
    const { body } = await send({ ...VALID, ...change }).expect(400);
    expect(body).toMatchObject({ code: 'invalid_input', status: 400 });
    expect(body.errors.map((issue: { path: string }) => issue.path)).toEqual([path]);
  });

  it('names every wrong place at once', async () => {
    const { body } = await send({ user_ids: [], titel: 'x', level: 'x' }).expect(400);
    expect(body.errors.map((issue: { path: string }) => issue.path)).toEqual([
      'titel',
      'type',
      'user_ids',
      'title',
      'level',
    ]);
    expect(body.errors[0].message).toContain('Did you mean "title"?');
    expect(body.error).toBe(body.detail);
  });

  it('repeats no more of what it was sent than one can read', async () => {
    const long = 'é'.repeat(50_000);
    for (const event of [
      { ...VALID, type: long },
      { ...VALID, [long]: 1 },
      { ...VALID, entity: { [long]: 1 } },
    ]) {
      const { text, body } = await send(event).expect(400);
      expect(body.detail).toContain('ééé');
      expect(text.length).toBeLessThan(2_000);
    }
    const user = t.as('u');
    const answers = [
      await user.patch('/v1/preferences').send({ types: { [long]: { toast: true } } }),
      await user.patch('/v1/preferences').send({ types: { job_failed: { [long]: true } } }),
      await user.post('/v1/notifications/mark-all-read').send({ [long]: 1 }),
      await user
        .post('/v1/webhooks')
        .send({ name: 'n', kind: 'generic', url: 'https://example.com/', events: [long] }),
    ];
    for (const { status, text } of answers) expect([status, text.length < 2_000]).toEqual([400, true]);
  });

  it('names the closest type for one that is not in the catalogue', async () => {
    for (const type of ['job_faild', 'JOB_FAILED', '__proto__', 'constructor', '', 'x'.repeat(10_000)]) {
      const { body } = await send({ ...VALID, type }).expect(400);
      expect(body.code).toBe('unknown_type');
    }
    expect((await send({ ...VALID, type: 'job_faild' })).body.detail).toContain('"job_failed"');
  });
});

describe('the numbers of data', () => {
  const post = (data: string, headers: Record<string, string> = {}) =>
    t.producer
      .post('/v1/events')
      .set({ 'Content-Type': 'application/json', ...headers })
      .send(`{"type":"job_failed","user_ids":["numbers"],"title":"numbers","data":${data}}`);

  it('come back with the digits that were sent, from every contract', async () => {
    const data =
      '{"a": 653247040368672768, "b": [-12345678901234567890], "c": 3.14159265358979323846, "d": 0.1}';
    await post(data).expect(201);
    for (const path of ['/account/api/notifications', '/api/notifications']) {
      const { text } = await t.as('numbers').get(path).expect(200);
      expect(text).toContain(data);
    }
    const { body } = await t.as('numbers').get('/v1/notifications').expect(200);
    const { id } = body.notifications[0] as { id: string };
    expect((await t.as('numbers').get(`/v1/notifications/${id}`).expect(200)).text).toContain(data);
  });

  it('of an idempotent request are those that it is held to', async () => {
    const key = { 'Idempotency-Key': 'numbers' };
    await post('{"id":653247040368672768}', key).expect(201);
    await post('{"id":653247040368672768}', key).expect('Idempotency-Replayed', 'true');
    await post('{"id":653247040368672769}', key).expect(422);
  });

  it('are refused by their place where readers have no such number', async () => {
    const { body } = await post('{"a":1e400,"b":[1e-400],"c":{"d":1e999999999}}').expect(400);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      'data.a',
      'data.b[0]',
      'data.c.d',
    ]);
    expect(body.detail).toMatch(/^data.a: must be a number that a double can come near to, not 1e400/);
  });

  it('may come after a byte order mark', async () => {
    const { body } = await t.producer
      .post('/v1/events')
      .set('Content-Type', 'application/json')
      .send(`\ufeff{"type":"job_failed","user_ids":["mark"],"title":"mark","data":{"id":653247040368672768}}`)
      .expect(201);
    expect(body.recipients).toBe(1);
  });
});

describe('a body that is no event', () => {
  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['half an object', '{"type":'],
    ['an infinite number', '{"type":"job_failed","user_ids":["u"],"title":"T","data":{"a":1e999}}'],
    ['a prototype', '{"type":"job_failed","user_ids":["u"],"title":"T","data":{"__proto__":{"a":1}}}'],
    ['an escaped NUL', '{"type":"job_failed","user_ids":["u"],"title":"a\\u0000b"}'],
    ['an escaped lone surrogate', '{"type":"job_failed","user_ids":["u"],"title":"a\\ud800b"}'],
    ['a hundred thousand levels', `{"data":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['a hundred thousand lists', `{"type":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('%s is a 400', async (_, body) => {
    const answer = await sendText(body).expect(400);
    expect(answer.body).toMatchObject({ status: 400, error: answer.body.detail });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('is a 400 that names the missing fields when it is empty', async () => {
    const { body } = await sendText('').expect(400);
    expect(body.errors.map((issue: { path: string }) => issue.path)).toEqual(['type', 'user_ids', 'title']);
  });

  it('is a 400 when it is not UTF-8: another user would hear of it', async () => {
    const [before, after] = JSON.stringify({ ...VALID, user_ids: ['a|b'] }).split('|');
    const body = Buffer.concat([
      Buffer.from(before as string),
      Buffer.from('fffe', 'hex'),
      Buffer.from(after as string),
    ]);
    const response = await fetch(`${t.url}/v1/events`, {
      method: 'POST',
      headers: { 'X-API-Key': t.apiKey, 'Content-Type': 'application/json' },
      body,
    });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid_input' }]);
  });

  it('is a 415 when it is not JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      const { body } = await sendText('type=job_failed', type).expect(415);
      expect(body.code).toBe('unsupported_media_type');
    }
    for (const type of [
      'application/json; charset=utf-8',
      'application/json ;charset=utf-8',
      'Application/JSON',
      'application/vnd.event+json',
    ]) {
      await sendText(JSON.stringify(VALID), type).expect(201);
    }
  });

  it('is a 413 when it is too large', async () => {
    // Refused for what it says of itself: none of its body is sent, as the server hangs up on whoever still sends.
    const head = `POST /v1/events HTTP/1.1\r\nHost: x\r\nX-API-Key: ${t.apiKey}\r\nContent-Type: application/json\r\n`;
    const size = 8 * 1024 * 1024 + 1;
    const declared = Buffer.from(`${head}Content-Length: ${size}\r\n\r\n`);
    // One that says nothing is read as far as it may go, which is where this one ends.
    const chunked = Buffer.from(
      `${head}Transfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n${'x'.repeat(size)}`,
    );
    for (const bytes of [declared, chunked]) {
      const { status, body } = await sendBytes(t.url, bytes);
      expect([status, JSON.parse(body).code]).toEqual([413, 'payload_too_large']);
    }
  });
});

it('is for API keys only', async () => {
  await t.http.post('/v1/events').send(VALID).expect(401);
  const { body } = await t.as('u').post('/v1/events').send(VALID).expect(403);
  expect(body.code).toBe('user_not_allowed');
  await t.http
    .post('/v1/events')
    .set('Cookie', `token=${tokenOf('u')}`)
    .send(VALID)
    .expect(403);
});

describe('an Idempotency-Key', () => {
  it('answers a repeat with the first answer, in whatever order its keys are', async () => {
    const event = { ...VALID, title: 'once', user_ids: ['a', 'b', 'a'], data: { x: 1, y: { p: 1, q: 2 } } };
    const first = await send(event, 'key-1').expect(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const same = {
      data: { y: { q: 2, p: 1 }, x: 1 },
      user_ids: ['a', 'b'],
      title: 'once',
      type: 'job_failed',
    };
    for (const again of [event, same]) {
      const { body, headers } = await send(again, 'key-1').expect(200);
      expect(body).toEqual(first.body);
      expect(headers['idempotency-replayed']).toBe('true');
    }
    expect(await stored('once')).toBe(1);
    expect((await t.as('a').get('/v1/notifications/unread-count')).body).toEqual({ count: 1 });
  });

  it('with another payload is a 422', async () => {
    await send({ ...VALID, title: 'mine' }, 'key-2').expect(201);
    for (const change of [{ title: 'other' }, { user_ids: ['b'] }, { data: {} }, { level: 'info' }]) {
      const { body } = await send({ ...VALID, title: 'mine', ...change }, 'key-2').expect(422);
      expect(body.code).toBe('idempotency_mismatch');
    }
    expect(await stored('other')).toBe(0);
  });

  it('of a request from before the upgrade is still known after it', async () => {
    const event = {
      type: 'job_failed',
      user_ids: ['former'],
      title: 'before the upgrade',
      data: { b: 1, a: 2 },
    };
    const first = await send(event, 'key-former').expect(201);
    // As the version before wrote it: all fields that it knew, in the order of their names.
    const written =
      '{"body":null,"data":{"a":2,"b":1},"entityId":null,"entityType":null,"level":"error","link":null,' +
      '"teamId":null,"title":"before the upgrade","type":"job_failed","userIds":["former"]}';
    const sql = await connect(t.databaseUrl);
    await sql.rows(
      `UPDATE carillon.idempotency_keys SET request_hash = sha256($1::bytea) WHERE key = 'key-former'`,
      [Buffer.from(written)],
    );
    await sql.end();
    const { body, headers } = await send(event, 'key-former').expect(200);
    expect([body, headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    await send({ ...event, title: 'another' }, 'key-former').expect(422);
  });

  it('answers a repeat of what is over by then with the first answer', async () => {
    const expiresAt = new Date(Date.now() + 2_000);
    const event = { ...VALID, title: 'over', user_ids: ['a', 'a'], expires_at: expiresAt };
    const first = await send(event, 'key-late').expect(201);
    await send({ ...event, expires_at: null }, 'key-late').expect(422);
    while (Date.now() <= expiresAt.getTime()) await new Promise((resolve) => setTimeout(resolve, 50));
    const { body, headers } = await send(event, 'key-late').expect(200);
    expect([body, headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    // Another event, or one that was not sent in time, is over.
    for (const [late, key] of [
      [{ ...event, title: 'another' }, 'key-late'],
      [event, 'key-never'],
      [event, undefined],
    ] as const) {
      const refused = await send(late, key).expect(400);
      expect(refused.body.errors).toEqual([{ path: 'expires_at', message: 'must be in the future' }]);
    }
    expect(await stored('over')).toBe(1);
  });

  it('stores one of twenty at once', async () => {
    const event = { ...VALID, title: 'twenty', user_ids: ['many'] };
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(event, 'key-3')));
    const created = answers.filter(({ status }) => status === 201);
    expect(created).toHaveLength(1);
    for (const answer of answers) {
      expect([200, 201, 409]).toContain(answer.status);
      if (answer.status === 200) expect(answer.body).toEqual(created[0]?.body);
      if (answer.status !== 409) continue;
      expect(answer.body.code).toBe('idempotency_in_progress');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(await stored('twenty')).toBe(1);
    expect((await t.as('many').get('/v1/notifications/unread-count')).body).toEqual({ count: 1 });
    await send(event, 'key-3').expect(200);
  });

  it('answers twenty repeats at once with the first answer, once there is one', async () => {
    const event = { ...VALID, title: 'answered' };
    const first = await send(event, 'key-6').expect(201);
    const repeats = await Promise.all(Array.from({ length: 20 }, () => send(event, 'key-6')));
    expect(repeats.map(({ status }) => status)).toEqual(Array(20).fill(200));
    for (const { body } of repeats) expect(body).toEqual(first.body);
  });

  it('belongs to its API key', async () => {
    const { ApiKeyService } = await import('../../src/auth/api-key.service.js');
    const { key } = await t.app.get(ApiKeyService, { strict: false }).create('other');
    await send({ ...VALID, title: 'shared' }, 'key-4').expect(201);
    const other = t.http.post('/v1/events').set('X-API-Key', key).set('Idempotency-Key', 'key-4');
    await other.send({ ...VALID, title: 'not shared' }).expect(201);
  });

  it('is not used up by a request that failed', async () => {
    await send({ ...VALID, title: '' }, 'key-5').expect(400);
    await sql.rows(`ALTER TABLE carillon.notifications ADD CONSTRAINT broken CHECK (title <> 'fails')`);
    await send({ ...VALID, title: 'fails' }, 'key-5').expect(500);
    await sql.rows('ALTER TABLE carillon.notifications DROP CONSTRAINT broken');
    expect(await stored('fails')).toBe(0);
    await send({ ...VALID, title: 'fails' }, 'key-5').expect(201);
  });

  it('has 1 to 255 characters', async () => {
    await send(VALID, 'k'.repeat(255)).expect(201);
    for (const key of ['', 'k'.repeat(256)]) {
      const { body } = await send(VALID, key).expect(400);
      expect(body.errors[0].path).toBe('Idempotency-Key');
    }
  });
});
