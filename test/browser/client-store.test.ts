import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient, type InboxView, type NotificationRow } from '../../web/client/index.js';
import { tokenOf } from '../support/app.js';
import { seeded } from '../support/random.js';
import { Site, until } from './support/site.js';

/**
 * What a page shows while answers, and what the stream tells of the same changes, are on their way: changes of many,
 * of which the stream does not say which rows they were, and changes of one row in quick succession.
 */
describe('the store and what is on its way', () => {
  let site: Site;
  const leaves: (() => void)[] = [];

  beforeAll(async () => {
    site = await Site.start();
  }, 120_000);
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
  interface Delays {
    /** Until when the answer to a call is held back. */
    answer?(path: string): Promise<void> | undefined;
    /** For how long a call is held back. */
    call?(init: RequestInit): number;
    /** For how long what the stream says is held back. */
    stream?: number;
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  /** A page with a live list. */
  const openPage = async (user: string, { answer, call, stream = 0 }: Delays = {}): Promise<Page> => {
    const slow: typeof fetch = async (url, init = {}) => {
      const { pathname } = new URL(url as string);
      if (call) await pause(call(init));
      const response = await fetch(url, init);
      if (answer && init.method !== 'GET') await answer(pathname);
      if (stream === 0 || !pathname.endsWith('/stream')) return response;
      const late = new TransformStream<Uint8Array, Uint8Array>({
        transform: async (chunk, controller) => {
          await pause(stream);
          controller.enqueue(chunk);
        },
      });
      return new Response(response.body?.pipeThrough(late), response);
    };
    const client = createClient({ baseUrl: `${site.url}/v1`, token: tokenOf(user), fetch: slow });
    const view = client.store.view();
    leaves.push(
      view.subscribe(() => undefined),
      () => client.close(),
    );
    const { store } = client;
    await until(
      () => Promise.resolve(store.state.status === 'live' && view.state.loaded),
      'the page is live',
    );
    return { client, view, shown: () => show(view.state.items, store.state.unread) };
  };
  /** Something to wait for, which a test brings about. */
  const gate = (): { passed: Promise<void>; open: () => void } => {
    let open = (): void => undefined;
    const passed = new Promise<void>((resolve) => (open = resolve));
    return { passed, open };
  };
  const truth = async (user: string): Promise<string> => {
    const { inbox } = createClient({ baseUrl: `${site.url}/v1`, token: tokenOf(user) });
    const [page, unread] = await Promise.all([inbox.list({ limit: 200 }), inbox.unreadCount()]);
    return show(page.notifications, unread);
  };
  const post = (user: string, title: string, more: object = {}): Promise<{ id: string }> =>
    site.app.post({ type: 'job_completed', user_ids: [user], title, ...more });
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

  it('shows what is archived and snoozed in its own list, in every page, and what comes back on top', async () => {
    const user = 'aside';
    const pages = [await openPage(user), await openPage(user)];
    for (const title of ['a', 'b', 'c']) await post(user, title);
    await agree(user, pages);
    const [one, other] = pages as [Page, Page];
    const lists = pages.map(({ client }) =>
      (['archived', 'snoozed'] as const).map((state) => client.store.view({ state })),
    );
    for (const view of lists.flat()) leaves.push(view.subscribe(() => undefined));
    await until(
      () => Promise.resolve(lists.flat().every(({ state }) => state.loaded)),
      'the lists are there',
    );
    const titles = (): string[][] =>
      lists.map((views) => views.map(({ state }) => state.items.map(({ title }) => title).join('')));
    const show = (wanted: string[]): Promise<void> =>
      until(
        () => Promise.resolve(JSON.stringify(titles()) === JSON.stringify([wanted, wanted])),
        wanted.join(),
      );
    const id = (title: string): string =>
      [one.view, ...lists[0]!].flatMap(({ state }) => state.items).find((row) => row.title === title)!.id;

    const archived = one.client.store.archive(id('a'));
    // At once, and not only when the server has said so.
    await Promise.resolve();
    expect(one.shown()).toBe('[2,["c","b"]]');
    await archived;
    await show(['a', '']);
    await agree(user, pages);
    const inAnHour = new Date(Date.now() + 3_600_000);
    await other.client.store.snooze(id('b'), inAnHour);
    await show(['a', 'b']);
    await agree(user, pages);
    await until(
      () =>
        Promise.resolve(
          lists.every(([, snoozed]) => snoozed?.state.items[0]?.snoozed_until === inAnHour.toISOString()),
        ),
      'both know until when',
    );
    await other.client.store.archive(id('a'), false);
    await one.client.store.snooze(id('b'), null);
    await show(['', '']);
    await agree(user, pages);
    expect(one.shown()).toBe('[2,["c","b","a (read)"]]');

    await one.client.store.snooze(id('a'), new Date(Date.now() + 500));
    await show(['', 'a']);
    await until(
      () => Promise.resolve(pages.every((page) => page.shown() === '[3,["a","c","b"]]')),
      'it is on top',
    );
    await show(['', '']);
    await one.client.store.markRead(id('c'));
    expect(await other.client.store.archiveRead()).toBe(1);
    await show(['c', '']);
    await agree(user, pages);
  });

  it('shows an action at once, in every page, and takes back one that the server refuses', async () => {
    const user = 'acts';
    const pages = [await openPage(user), await openPage(user)];
    const actions = ['yes', 'no'].map((id) => ({ id, label: id }));
    await post(user, 'asks', { actions, actor: { name: 'Ann' } });
    await agree(user, pages);
    const [one, other] = pages as [Page, Page];
    const row = ({ view }: Page): NotificationRow => view.state.items[0]!;
    // As it came by the stream.
    expect(row(other)).toMatchObject({ actions, actor: { name: 'Ann' } });

    const act = one.client.store.act(row(one).id, 'yes');
    await Promise.resolve();
    expect(row(one)).toMatchObject({ action: { id: 'yes' } });
    expect(one.shown()).toBe('[0,["asks (read)"]]');
    await act;
    await until(() => Promise.resolve(row(other).action?.id === 'yes'), 'the other page has it');
    await until(() => Promise.resolve(row(one).action?.at === row(other).action?.at), 'both know when');
    await agree(user, pages);

    await expect(other.client.store.act(row(other).id, 'no')).rejects.toMatchObject({ code: 'action_taken' });
    await expect(other.client.store.act(row(other).id, 'nonsense')).rejects.toMatchObject({ status: 404 });
    expect(row(other).action).toEqual(row(one).action);
    await agree(user, pages);
  });

  it('keeps unread what arrives while everything is marked as read', async () => {
    const { passed, open } = gate();
    const pages = [await openPage('mark', { answer: () => passed }), await openPage('mark')];
    for (const title of ['a', 'b']) await post('mark', title);
    await agree('mark', pages);
    const marked = pages[0]!.client.store.markAllRead();
    await until(async () => (await truth('mark')).startsWith('[0,'), 'the server has marked them');
    await post('mark', 'meanwhile');
    for (const { view } of pages)
      await until(() => Promise.resolve(view.state.items.length === 3), 'the new one is there');
    open();
    expect(await marked).toBe(2);
    await agree('mark', pages);
    expect(pages[0]!.shown()).toBe('[1,["meanwhile","b (read)","a (read)"]]');
  });

  it('keeps what was read while everything read is deleted', async () => {
    const { passed, open } = gate();
    const pages = [
      await openPage('sweep', { answer: (path) => (path.endsWith('delete-read') ? passed : undefined) }),
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
    const told = (): boolean => pages[0]!.view.state.items.every(({ read_at }) => read_at !== null);
    await until(() => Promise.resolve(told()), 'the stream has told of it');
    open();
    expect(await removed).toBe(1);
    await agree('sweep', pages);
    expect(pages[1]!.shown()).toBe('[0,["b (read)"]]');
  });

  it('keeps a row that was restored at once, while the stream still tells of its deletion', async () => {
    const page = await openPage('undo', { stream: 300 });
    await post('undo', 'a');
    await agree('undo', [page]);
    const { store } = page.client;
    const [row] = page.view.state.items;
    const removed = store.remove(row!.id);
    const restored = store.restore(row!);
    const seen = new Set<string>();
    leaves.push(page.view.subscribe(() => seen.add(page.shown())));
    await Promise.all([removed, restored]);
    // Once it tells of a later one, it has told of both.
    await post('undo', 'later');
    await agree('undo', [page]);
    expect([...seen].filter((shown) => !/^\[[12],\[("later",)?"a"\]\]$/.test(shown))).toEqual([]);
  });

  it('shows once what came to the top before its snooze was undone', async () => {
    const page = await openPage('late-undo');
    await post('late-undo', 'a');
    await post('late-undo', 'b');
    await agree('late-undo', [page]);
    const { store } = page.client;
    const row = page.view.state.items[1]!;
    await store.snooze(row.id, new Date(Date.now() + 2_000));
    await until(() => Promise.resolve(page.shown() === '[2,["a","b"]]'), 'it is on top');
    const seen = new Set<string>();
    leaves.push(page.view.subscribe(() => seen.add(page.shown())));
    await store.putBack(row);
    await post('late-undo', 'later');
    await agree('late-undo', [page]);
    expect([...seen].filter((shown) => shown.split('"a"').length > 2)).toEqual([]);
  });

  it('asks again for a first page that broke off after the stream had begun', async () => {
    const user = 'first page breaks';
    await site.app.post({ type: 'job_completed', user_ids: [user], title: 'a' });
    let store: Client['store'] | undefined;
    let broken = 0;
    // The first list is on its way until the stream is live, and is lost then: nothing else asks for it.
    const breaking: typeof fetch = async (url, init) => {
      const { pathname } = new URL(url as string);
      if (pathname !== '/v1/notifications' || broken > 0) return fetch(url, init);
      broken += 1;
      await until(() => Promise.resolve(store?.state.status === 'live'), 'the stream is live');
      throw new TypeError('the connection was cut');
    };
    const client = createClient({ baseUrl: `${site.url}/v1`, token: tokenOf(user), fetch: breaking });
    ({ store } = client);
    const view = store.view();
    leaves.push(
      view.subscribe(() => undefined),
      () => client.close(),
    );
    await until(() => Promise.resolve(view.state.error !== undefined), 'the failure is shown');
    await until(() => Promise.resolve(view.state.loaded), 'it is asked for again');
    expect([show(view.state.items, 1), view.state.error]).toEqual([await truth(user), undefined]);
  });

  it('does not let an undoing overtake what it undoes', async () => {
    const page = await openPage('overtake', { call: ({ method }) => (method === 'DELETE' ? 400 : 0) });
    await post('overtake', 'a');
    await agree('overtake', [page]);
    const [row] = page.view.state.items;
    await Promise.all([page.client.store.remove(row!.id), page.client.store.restore(row!)]);
    await agree('overtake', [page]);
    expect(page.shown()).toBe('[1,["a"]]');
  });

  it('shows at once that a mark is undone, and does not let that overtake the mark', async () => {
    const page = await openPage('unmark', { call: ({ body }) => (body === '{"read":true}' ? 400 : 0) });
    await post('unmark', 'a');
    await agree('unmark', [page]);
    const [row] = page.view.state.items;
    const marked = page.client.store.markRead(row!.id);
    await pause(0);
    expect(page.shown()).toBe('[0,["a (read)"]]');
    const undone = page.client.store.putBack(row!);
    await pause(0);
    expect(page.shown()).toBe('[1,["a"]]');
    await Promise.all([marked, undone]);
    await agree('unmark', [page]);
    expect(page.shown()).toBe('[1,["a"]]');
  });

  it('shows what another page did after it, though no stream tells of an own call that changed nothing', async () => {
    const pages = [await openPage('no-op'), await openPage('no-op')];
    await post('no-op', 'a');
    await agree('no-op', pages);
    const [row] = pages[0]!.view.state.items;
    // It is not in the trash.
    await pages[0]!.client.store.restore(row!);
    await pages[1]!.client.store.remove(row!.id);
    await agree('no-op', pages);
    expect(pages[0]!.shown()).toBe('[0,[]]');
  });

  it.each([1, 2, 3, 4])(
    'shows what the server has after whatever happened in whichever order (%d)',
    async (seed) => {
      const user = `random-${seed}`;
      const random = seeded(seed);
      const pages = await Promise.all(
        [0, 1].map(() => openPage(user, { answer: () => pause(Math.floor(random() * 60)) })),
      );
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
    120_000,
  );
});
