import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient, type InboxView, type NotificationRow } from '../../web/client/index.js';
import { tokenOf } from '../support/app.js';
import { Site, until } from './support/site.js';

/** What a page shows after changes of many, which the stream tells without saying which rows they were. */
describe('the store and changes of many', () => {
  let site: Site;
  const leaves: (() => void)[] = [];

  beforeAll(async () => {
    site = await Site.start();
  }, 60_000);
  afterAll(async () => {
    for (const leave of leaves) leave();
    await site.close();
  });

  interface Page {
    client: Client;
    view: InboxView;
    shown(): string;
  }
  const show = (rows: readonly NotificationRow[], unread: number | undefined): string =>
    JSON.stringify([
      unread,
      rows.map(({ title, read_at }) => `${title}${read_at === null ? '' : ' (read)'}`),
    ]);
  /** A page with a live list. `late`: for how long the answer to a call is held back. */
  const openPage = async (user: string, late: (path: string) => number = () => 0): Promise<Page> => {
    const slow: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      const wait = init?.method === 'GET' ? 0 : late(new URL(url as string).pathname);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      return response;
    };
    const client = createClient({ baseUrl: `${site.url}/v1`, token: tokenOf(user), fetch: slow });
    const view = client.store.view();
    leaves.push(view.subscribe(() => undefined));
    const { store } = client;
    await until(
      () => Promise.resolve(store.state.status === 'live' && view.state.loaded),
      'the page is live',
    );
    return { client, view, shown: () => show(view.state.items, store.state.unread) };
  };
  const truth = async (user: string): Promise<string> => {
    const { inbox } = createClient({ baseUrl: `${site.url}/v1`, token: tokenOf(user) });
    const [page, unread] = await Promise.all([inbox.list({ limit: 200 }), inbox.unreadCount()]);
    return show(page.notifications, unread);
  };
  const post = (user: string, title: string): Promise<{ id: string }> =>
    site.app.post({ type: 'job_completed', user_ids: [user], title });
  const agree = async (user: string, pages: Page[]): Promise<void> => {
    const all = async (): Promise<boolean> => {
      const right = await truth(user);
      // A row that came back below the end of a list is beyond it.
      for (const { view } of pages) if (view.state.hasMore) await view.loadMore();
      return pages.every((page) => page.shown() === right);
    };
    await until(all, 'the pages show what the server has').catch(async () => {
      const right = await truth(user);
      expect(pages.map((page) => page.shown())).toEqual(pages.map(() => right));
    });
  };

  it('keeps unread what arrives while everything is marked as read', async () => {
    const pages = [await openPage('mark', () => 800), await openPage('mark')];
    for (const title of ['a', 'b']) await post('mark', title);
    await agree('mark', pages);
    const marked = pages[0]!.client.store.markAllRead();
    await until(async () => (await truth('mark')).startsWith('[0,'), 'the server has marked them');
    await post('mark', 'meanwhile');
    expect(await marked).toBe(2);
    await agree('mark', pages);
    expect(pages[0]!.shown()).toBe('[1,["meanwhile","b (read)","a (read)"]]');
  });

  it('keeps what was read while everything read is deleted', async () => {
    const pages = [
      await openPage('sweep', (path) => (path.endsWith('delete-read') ? 800 : 0)),
      await openPage('sweep'),
    ];
    for (const title of ['a', 'b']) await post('sweep', title);
    await agree('sweep', pages);
    const [late, first] = pages[0]!.view.state.items;
    await pages[1]!.client.store.markRead(first!.id);
    await agree('sweep', pages);
    const removed = pages[0]!.client.store.removeRead();
    await until(async () => (await truth('sweep')) === '[1,["b"]]', 'the server has deleted it');
    await pages[1]!.client.store.markRead(late!.id);
    expect(await removed).toBe(1);
    await agree('sweep', pages);
    expect(pages[1]!.shown()).toBe('[0,["b (read)"]]');
  });

  it.each([1, 2, 3, 4])(
    'shows what the server has after whatever happened in whichever order (%d)',
    async (seed) => {
      const user = `random-${seed}`;
      const random = generator(seed);
      const pages = await Promise.all([0, 1].map(() => openPage(user, () => Math.floor(random() * 60))));
      for (let index = 0; index < 5; index += 1) await post(user, `first ${index}`);
      const gone: NotificationRow[] = [];
      const act = (page: Page, step: number): Promise<unknown> => {
        const { store } = page.client;
        const { items } = page.view.state;
        const row = items[Math.floor(random() * items.length)];
        const choice = random();
        if (choice < 0.35 || !row) return post(user, `event ${step}`);
        if (choice < 0.5) return store.markRead(row.id);
        if (choice < 0.65) return store.markUnread(row.id);
        if (choice < 0.8) return store.markAllRead();
        if (choice < 0.85) return store.removeRead();
        if (choice < 0.93) {
          gone.push(row);
          return store.remove(row.id);
        }
        const back = gone.pop();
        return back ? store.restore(back) : Promise.resolve();
      };
      const calls: Promise<unknown>[] = [];
      for (let step = 0; step < 60; step += 1) {
        calls.push(act(pages[step % 2]!, step).catch(() => undefined));
        if (random() < 0.7) await new Promise((resolve) => setTimeout(resolve, random() * 25));
      }
      await Promise.all(calls);
      await agree(user, pages);
    },
    60_000,
  );
});

/** The same numbers for the same seed (mulberry32), so that what fails can be repeated. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
