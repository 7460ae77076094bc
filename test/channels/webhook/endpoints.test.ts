import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v4 } from 'uuid';
import { CarillonError } from '../../../src/common/errors.js';
import { MAX_ENDPOINTS, EndpointsService } from '../../../src/channels/webhook/endpoints.service.js';
import { SecretRotation } from '../../../src/database/secret-rotation.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { TestWebhooks } from './support/webhooks.js';

let database: TestDatabase;
let webhooks: TestWebhooks;
let service: EndpointsService;

beforeAll(async () => {
  database = await createTestDatabase();
  webhooks = await TestWebhooks.start(database.url, {}, { runWorker: false });
  service = webhooks.get(EndpointsService);
});

afterAll(async () => {
  await webhooks.close();
  await database.drop();
});

const GENERIC = {
  name: 'mine',
  kind: 'generic',
  url: 'https://hooks.example.com/a',
  events: ['job.failed'],
};
const NTFY = { name: 'phone', kind: 'ntfy', url: 'https://ntfy.example.com/alerts', events: '*' };
const DISCORD = {
  name: 'team',
  kind: 'discord',
  url: 'https://discord.com/api/webhooks/123/discord-url-token',
  events: '*',
};
const SLACK = { ...DISCORD, kind: 'slack', url: 'https://hooks.slack.com/services/T0/B0/slack-url-token' };

async function refusal(work: Promise<unknown>): Promise<CarillonError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CarillonError) return error;
  throw new Error(`expected a refusal, not ${String(error)}`);
}

describe('create', () => {
  it('shows the secret once', async () => {
    const created = await service.create('once', GENERIC);
    expect(created).toMatchObject({
      name: 'mine',
      kind: 'generic',
      url: 'https://hooks.example.com/a',
      events: ['job.failed'],
      enabled: true,
      auth: 'none',
      secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
    });
    const { secret: _, ...rest } = created;
    expect(await service.get('once', created.id)).toEqual(rest);
    expect(await service.list('once')).toEqual([rest]);
  });

  it('masks the URLs that are secrets', async () => {
    expect(await service.create('masks', DISCORD)).toMatchObject({ url: 'https://discord.com/***' });
    expect(await service.create('masks', SLACK)).toMatchObject({ url: 'https://hooks.slack.com/***' });
    expect(await service.create('masks', { ...NTFY, token: 'tk_secret' })).toMatchObject({
      url: 'https://ntfy.example.com/alerts',
      auth: 'token',
    });
    expect(JSON.stringify(await service.list('masks'))).not.toMatch(/url-token|tk_secret|whsec_/);
  });

  it('stores nothing of it in clear', async () => {
    const generic = await service.create('clear', GENERIC);
    await service.create('clear', DISCORD);
    await service.create('clear', { ...NTFY, username: 'phil', password: 'swordfish' });
    await service.rotateSecret('clear', generic.id);
    const rows = JSON.stringify(
      await webhooks.query(`SELECT * FROM carillon.webhook_endpoints WHERE user_id = 'clear'`),
    );
    expect(rows).not.toMatch(/hooks\.example|discord\.com|url-token|ntfy\.example|phil|swordfish|whsec_/);
    expect(rows).not.toContain(generic.secret?.slice(6));
  });

  it.each<[string, object, string, string]>([
    ['an unknown kind', { kind: 'teams' }, 'invalid_input', 'kind'],
    ['a blank name', { name: '  ' }, 'invalid_input', 'name'],
    ['a long name', { name: 'x'.repeat(101) }, 'invalid_input', 'name'],
    ['an unknown event', { events: ['job.failed', 'job.faild'] }, 'invalid_input', 'events[1]'],
    ['no event', { events: [] }, 'invalid_input', 'events'],
    ['an inside URL', { url: 'http://169.254.169.254/' }, 'refused_url', 'url'],
    ['another scheme', { url: 'ftp://example.com/' }, 'refused_url', 'url'],
    ['credentials in the URL', { url: 'https://a:b@example.com/' }, 'refused_url', 'url'],
    ['a masked URL', { ...DISCORD, url: 'https://discord.com/***' }, 'invalid_input', 'url'],
    ['a token for another kind', { token: 'x' }, 'invalid_input', 'token'],
    ['a topic that is none', { ...NTFY, url: 'https://ntfy.example.com/' }, 'invalid_input', 'url'],
    ['token and user', { ...NTFY, token: 'x', username: 'a', password: 'b' }, 'invalid_input', 'token'],
    ['a token that breaks the header', { ...NTFY, token: 'x\r\nHost: y' }, 'invalid_input', 'token'],
    ['a user without password', { ...NTFY, username: 'a' }, 'invalid_input', 'password'],
    ['a password without user', { ...NTFY, password: 'a' }, 'invalid_input', 'username'],
    ['a user name with a colon', { ...NTFY, username: 'a:b', password: 'c' }, 'invalid_input', 'username'],
  ])('refuses %s', async (_what, change, code, path) => {
    const error = await refusal(service.create('refused', { ...GENERIC, ...change }));
    expect(error.code).toBe(code);
    expect(error.errors?.map((issue) => issue.path)).toContain(path);
  });

  it('names every wrong place, and the event that was meant', async () => {
    const error = await refusal(
      service.create('refused', { ...GENERIC, name: '', url: 'http://10.0.0.1/', events: ['job.faild'] }),
    );
    expect(error.errors).toEqual([
      { path: 'url', message: 'leads to a private address' },
      { path: 'name', message: 'must not be empty' },
      { path: 'events[0]', message: '"job.faild" is not an event. Did you mean "job.failed"?' },
    ]);
    expect(await service.list('refused')).toEqual([]);
  });

  it('names them at once, whether they are of the form or of what is known here', async () => {
    const error = await refusal(
      service.create('refused', { kind: 'teams', url: 7, name: '', events: ['job.faild'], nmae: 'x' }),
    );
    expect(error.errors?.map(({ path }) => path)).toEqual(['nmae', 'kind', 'url', 'name', 'events[0]']);
    const { id } = await service.create('refused', GENERIC);
    const changed = await refusal(service.update('refused', id, { url: 'ftp://a', enabled: 1, token: 'x' }));
    expect([changed.code, ...(changed.errors ?? []).map(({ path }) => path)]).toEqual([
      'invalid_input',
      'url',
      'enabled',
      'token',
    ]);
    await service.remove('refused', id);
  });

  it('lets a user have twenty, however many requests come at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: MAX_ENDPOINTS + 5 }, () => service.create('many', GENERIC)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_ENDPOINTS);
    const error = await refusal(service.create('many', GENERIC));
    expect(error.code).toBe('too_many_endpoints');

    const [first] = await service.list('many');
    await service.remove('many', first?.id ?? '');
    await service.create('many', GENERIC);
  });
});

describe('update', () => {
  it('changes what is there and leaves the rest', async () => {
    const { id } = await service.create('patch', { ...NTFY, token: 'tk_1' });
    expect(await service.update('patch', id, { name: 'other' })).toMatchObject({
      name: 'other',
      auth: 'token',
    });
    expect(await service.update('patch', id, { events: ['job.failed', 'job.failed'] })).toMatchObject({
      events: ['job.failed'],
      url: 'https://ntfy.example.com/alerts',
    });
    expect(await service.update('patch', id, { token: null })).toMatchObject({ auth: 'none' });
    expect(await service.update('patch', id, { username: 'a', password: 'b' })).toMatchObject({
      auth: 'basic',
    });
    expect((await refusal(service.update('patch', id, { token: 'tk_2' }))).errors?.[0]?.path).toBe('token');
    expect((await refusal(service.update('patch', id, { password: null }))).errors?.[0]?.path).toBe(
      'password',
    );
    expect(
      await service.update('patch', id, { token: 'tk_2', username: null, password: null }),
    ).toMatchObject({
      auth: 'token',
      name: 'other',
    });
    expect(await service.update('patch', id, {})).toMatchObject({ name: 'other', auth: 'token' });
  });

  it('checks a new URL', async () => {
    const { id } = await service.create('patch', GENERIC);
    expect((await refusal(service.update('patch', id, { url: 'http://127.1:80@10.0.0.1/' }))).code).toBe(
      'refused_url',
    );
    expect((await refusal(service.update('patch', id, { url: 'http://10.0.0.1/' }))).code).toBe(
      'refused_url',
    );
  });

  it('re-enabling forgets the failures', async () => {
    const { id } = await service.create('enable', GENERIC);
    expect(await service.update('enable', id, { enabled: false })).toMatchObject({
      enabled: false,
      disabled_reason: 'disabled by its owner',
    });
    await webhooks.query(
      `UPDATE carillon.webhook_endpoints SET failures = 9, failing_since = now(), paused_until = now() WHERE id = $1`,
      [id],
    );
    expect(await service.update('enable', id, { enabled: true })).toMatchObject({
      enabled: true,
      disabled_reason: null,
      disabled_at: null,
    });
    const [row] = await webhooks.query(
      `SELECT failures, failing_since, paused_until FROM carillon.webhook_endpoints WHERE id = $1`,
      [id],
    );
    expect(row).toEqual({ failures: 0, failing_since: null, paused_until: null });
  });
});

describe('other people', () => {
  it('see, change and delete nothing', async () => {
    const { id } = await service.create('owner', GENERIC);
    for (const id_ of [id, v4(), 'not an id']) {
      expect((await refusal(service.get('thief', id_))).code).toBe('not_found');
      expect((await refusal(service.update('thief', id_, { name: 'x' }))).code).toBe('not_found');
      expect((await refusal(service.rotateSecret('thief', id_))).code).toBe('not_found');
      expect((await refusal(service.remove('thief', id_))).code).toBe('not_found');
    }
    expect(await service.list('thief')).toEqual([]);
    expect(await service.get('owner', id)).toMatchObject({ name: 'mine' });
  });

  it('nobody sees a deleted one', async () => {
    const { id } = await service.create('deleter', GENERIC);
    expect(await service.remove('deleter', id)).toBe(id);
    expect((await refusal(service.remove('deleter', id))).code).toBe('not_found');
    expect((await refusal(service.get('deleter', id))).code).toBe('not_found');
    expect(await service.list('deleter')).toEqual([]);
  });
});

describe('keys', () => {
  it('a secret is rotated for signed endpoints only', async () => {
    const generic = await service.create('rotate', GENERIC);
    const rotated = await service.rotateSecret('rotate', generic.id);
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(generic.secret);
    const ntfy = await service.create('rotate', NTFY);
    expect((await refusal(service.rotateSecret('rotate', ntfy.id))).code).toBe('invalid_input');
  });

  it('the encryption key is changed without losing anything', async () => {
    const created = await service.create('rekey', { ...NTFY, token: 'tk_1' });
    const encryption = {
      key: 'the next encryption key, which is long enough',
      previous: 'an encryption key for tests, long enough',
    };
    const later = await TestWebhooks.start(database.url, { encryption }, { runWorker: false });
    const laterService = later.get(EndpointsService);
    expect(await laterService.list('rekey')).toMatchObject([{ url: NTFY.url, auth: 'token' }]);
    expect((await later.get(SecretRotation).run()).resealed).toBeGreaterThan(0);
    expect(await later.get(SecretRotation).run()).toEqual({ resealed: 0, unreadable: 0 });
    expect(await laterService.list('rekey')).toMatchObject([{ url: NTFY.url, auth: 'token' }]);
    await later.close();

    const withoutFormer = await TestWebhooks.start(
      database.url,
      { encryption: { key: encryption.key } },
      { runWorker: false },
    );
    const { id } = created;
    expect(await withoutFormer.get(EndpointsService).get('rekey', id)).toMatchObject({ url: NTFY.url });
    await withoutFormer.close();

    // The former key opens nothing any more: what cannot be read is said to be so, and can still be deleted.
    expect(await service.get('rekey', id)).toMatchObject({ url: null, auth: 'none' });
    expect(await service.remove('rekey', id)).toBe(id);
  });
});
