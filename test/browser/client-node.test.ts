import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ApiError,
  type Client,
  ConnectionError,
  createClient,
  type LiveStream,
  type StreamEvent,
} from '../../web/client/index.js';
import { tokenOf } from '../support/app.js';
import { Site, until } from './support/site.js';

/** The client in Node, against the real server: no browser is needed for it. */
describe('the client', () => {
  let site: Site;
  let streams: LiveStream[] = [];
  const clients: Client[] = [];

  beforeAll(async () => {
    site = await Site.start();
  }, 120_000);
  afterAll(async () => {
    for (const stream of streams) stream.close();
    for (const client of clients) client.close();
    await site.close();
  });

  const clientOf = (user: string): Client => {
    const client = createClient({ baseUrl: `${site.url}/v1`, token: () => Promise.resolve(tokenOf(user)) });
    clients.push(client);
    return client;
  };
  const post = (user: string, title: string): Promise<{ id: string }> =>
    site.app.post({ type: 'job_completed', user_ids: [user], title });
  const refusal = async (call: Promise<unknown>): Promise<ApiError> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof ApiError)) throw new Error(`not an ApiError: ${String(error)}`);
    return error;
  };

  it('does everything that can be done to an inbox', async () => {
    const { inbox } = clientOf('node-ada');
    for (const title of ['one', 'two', 'three']) await post('node-ada', title);
    const first = await inbox.list({ limit: 2 });
    expect(first.notifications.map(({ title }) => title)).toEqual(['three', 'two']);
    expect(first.has_more).toBe(true);
    const rest = await inbox.list({ limit: 2, cursor: first.cursor ?? undefined });
    expect(rest.notifications.map(({ title }) => title)).toEqual(['one']);
    const { id } = first.notifications[0]!;
    expect(await inbox.unreadCount()).toBe(3);
    expect((await inbox.get(id)).level).toBe('success');
    expect((await inbox.markRead(id)).read_at).not.toBeNull();
    expect((await inbox.markUnread(id)).read_at).toBeNull();
    await inbox.delete(id);
    expect((await inbox.list({ deleted: 'only' })).notifications.map((row) => row.id)).toEqual([id]);
    expect((await inbox.restore(id)).id).toBe(id);
    expect(await inbox.markAllRead({ type: 'job_completed' })).toBe(3);
    expect(await inbox.deleteRead()).toBe(3);
    await inbox.purge(id);
    expect(await inbox.unreadCount()).toBe(0);
  });

  it('reads and sets preferences, and lists the channels and the types', async () => {
    const { preferences, catalogue } = clientOf('node-ada');
    const { channels, types } = await catalogue();
    expect(types.map(({ key }) => key)).toContain('job_failed');
    expect(channels).toContainEqual({ key: 'toast', label: 'As a toast', available: true });
    const updated = await preferences.update({
      channels: { webhook: false },
      types: { job_failed: { toast: false } },
    });
    expect(updated.channels).toMatchObject({ in_app: null, toast: null, webhook: false });
    expect(updated.types['job_failed']).toMatchObject({ in_app: true, toast: false, webhook: false });
    expect(await preferences.get()).toEqual(updated);
  });

  it('manages webhooks', async () => {
    const { webhooks } = clientOf('node-ada');
    const url = 'https://hooks.example.com/x';
    const created = await webhooks.create({ name: 'Server', kind: 'generic', url, events: ['job.failed'] });
    expect(created.secret).toMatch(/^whsec_/);
    expect(await webhooks.get(created.id)).toMatchObject({ url, events: ['job.failed'], enabled: true });
    expect((await webhooks.update(created.id, { enabled: false, events: '*' })).enabled).toBe(false);
    expect((await webhooks.rotateSecret(created.id)).secret).not.toBe(created.secret);
    expect(await webhooks.list()).toHaveLength(1);
    expect((await webhooks.deliveries(created.id)).deliveries).toEqual([]);
    await webhooks.delete(created.id);
    expect(await webhooks.list()).toEqual([]);
  });

  it('rejects with what the server said, and says when no server answered', async () => {
    const { inbox, preferences } = clientOf('node-ada');
    const unknown = await refusal(inbox.get('01900000-0000-7000-8000-000000000000'));
    expect([unknown.status, unknown.code]).toEqual([404, 'not_found']);
    const wrong = await refusal(preferences.update({ types: { nonsense: { toast: true } } }));
    expect(wrong.status).toBe(400);
    expect(wrong.problem.errors?.length).toBeGreaterThan(0);
    const nobody = createClient({ baseUrl: `${site.url}/v1`, token: 'no token' });
    expect((await refusal(nobody.inbox.unreadCount())).status).toBe(401);
    const nowhere = createClient({ baseUrl: 'http://127.0.0.1:9/v1', token: 'x' });
    await expect(nowhere.inbox.unreadCount()).rejects.toBeInstanceOf(ConnectionError);
  });

  it('asks again only for what has changed', async () => {
    const statuses: number[] = [];
    const counted: typeof fetch = async (...call) => {
      const response = await fetch(...call);
      statuses.push(response.status);
      return response;
    };
    const token = tokenOf('node-etag');
    const { inbox } = createClient({ baseUrl: `${site.url}/v1`, token, fetch: counted });
    expect(await inbox.unreadCount()).toBe(0);
    expect(await inbox.unreadCount()).toBe(0);
    await post('node-etag', 'new');
    expect(await inbox.unreadCount()).toBe(1);
    expect(statuses).toEqual([200, 304, 200]);
  });

  it('hears every event once and in order across cut connections and a restart', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `reader-${index}`);
    const heard = new Map(names.map((name) => [name, [] as string[]]));
    streams = names.map((name) => {
      const onEvent = (event: StreamEvent): void => {
        if (event.type === 'notification') heard.get(name)?.push(event.notification.title);
      };
      return clientOf(name).stream({ onEvent });
    });
    await until(() => Promise.resolve(streams.every(({ status }) => status === 'live')), 'all are live');
    const all = Array.from({ length: 40 }, (_, index) => `event ${index}`);
    const postAll = async (titles: string[]): Promise<void> => {
      for (const title of titles) await site.app.post({ type: 'job_completed', user_ids: names, title });
    };
    await postAll(all.slice(0, 10));
    site.cut();
    await postAll(all.slice(10, 20));
    await postAll(all.slice(20, 25));
    await site.restart();
    await postAll(all.slice(25));
    const complete = (): boolean => [...heard.values()].every((titles) => titles.length >= all.length);
    // Whoever was refused a few times while the server was away waits up to the longest back-off.
    await until(() => Promise.resolve(complete()), 'all have heard everything', 60_000);
    for (const titles of heard.values()) expect(titles).toEqual(all);
  }, 120_000);

  it('keeps a store up to date, with the count that the server has', async () => {
    const client = clientOf('node-store');
    const { store } = client;
    const view = store.view({ read_state: 'unread' });
    const leave = view.subscribe(() => undefined);
    await until(
      () => Promise.resolve(store.state.status === 'live' && view.state.loaded),
      'the store is live',
    );
    for (const title of ['a', 'b', 'c']) await post('node-store', title);
    await until(
      () => Promise.resolve(view.state.items.length === 3 && store.state.unread === 3),
      'three are there',
    );
    const [newest] = view.state.items;
    const marked = store.markRead(newest!.id);
    // Shown before the server has answered.
    await Promise.resolve();
    expect(store.state.unread).toBe(2);
    await marked;
    await store.remove(view.state.items[0]!.id);
    expect(await clientOf('node-store').inbox.unreadCount()).toBe(1);
    await until(
      () => Promise.resolve(store.state.unread === 1 && view.state.items.length === 1),
      'one is left',
    );
    leave();
    client.close();
  });
});
