import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Client,
  type ClientOptions,
  ConnectionError,
  createClient,
  type InboxView,
  type StreamEvent,
} from '../../web/client/index.js';
import { tokenOf } from '../support/app.js';
import { seeded } from '../support/random.js';
import { Site, until } from './support/site.js';

/**
 * One client whose user changes without a reload: what it holds, what is on its way and what the former stream still
 * says is one user's, and is not shown to the next.
 */
describe('a client whose user changes', () => {
  let site: Site;
  let [ada, bob] = ['', ''];
  let runs = 0;
  const ends: (() => void)[] = [];

  beforeAll(async () => {
    site = await Site.start();
  }, 120_000);
  beforeEach(() => {
    runs += 1;
    [ada, bob] = [`ada ${runs}`, `bob ${runs}`];
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });
  afterAll(() => site.close());

  const post = (user: string, title: string): Promise<{ id: string }> =>
    site.app.post({ type: 'job_completed', user_ids: [user], title: `${user}: ${title}` });
  const soon = (condition: () => boolean, what: string): Promise<void> =>
    until(() => Promise.resolve(condition()), what);

  interface Page {
    client: Client;
    view: InboxView;
    toasts: string[];
    /** Every title that was ever shown since the last look. */
    seen: Set<string>;
    titles(): string[];
  }
  const open = (options: ClientOptions): Page => {
    const client = createClient({ baseUrl: `${site.url}/v1`, ...options });
    const view = client.store.view();
    const [toasts, seen]: [string[], Set<string>] = [[], new Set()];
    const titles = (): string[] => view.state.items.map(({ title }) => title);
    ends.push(
      view.subscribe(() => titles().forEach((title) => seen.add(title))),
      client.store.onToastShown(({ title }) => toasts.push(title)),
      () => client.close(),
    );
    return { client, view, toasts, seen, titles };
  };
  /** Without those from before: on a busy machine they are announced after the page was opened. */
  const toastsOf = ({ toasts }: Page): string[] => toasts.filter((title) => !title.endsWith('before'));
  const shows = async ({ client, titles }: Page, expected: string[]): Promise<void> => {
    const right = (): boolean =>
      client.store.state.status === 'live' &&
      titles().join() === expected.join() &&
      client.store.state.unread === expected.length;
    await soon(right, `it shows ${expected.join()}`).catch(() => {
      expect([client.store.state, titles()]).toEqual([
        { status: 'live', unread: expected.length, unseen: expected.length },
        expected,
      ]);
    });
  };
  /** Whose token it is said to be, and whose it is to the server. */
  const fetchAs =
    (who: () => string | undefined): typeof fetch =>
    (url, init) => {
      const user = who();
      const headers = new Headers(init?.headers);
      if (user === undefined) headers.delete('authorization');
      else headers.set('authorization', `Bearer ${tokenOf(user)}`);
      return fetch(url, { ...init, headers });
    };

  const kinds: [string, (who: () => string) => ClientOptions][] = [
    ['with tokens', (who) => ({ token: () => tokenOf(who()) })],
    ['with tokens that come late', (who) => ({ token: async () => Promise.resolve(tokenOf(who())) })],
    ['with tokens that say nothing', (who) => ({ token: () => `opaque-${who()}`, fetch: fetchAs(who) })],
    [
      'with tokens of one subject at two tenants',
      (who) => {
        const payload = (): string =>
          Buffer.from(JSON.stringify({ sub: 'one', tenant: who() })).toString('base64url');
        return { token: () => `e30.${payload()}.x`, fetch: fetchAs(who) };
      },
    ],
    [
      'with answers whose header cannot be read',
      (who) => ({
        token: () => tokenOf(who()),
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          const headers = new Headers(response.headers);
          headers.delete('carillon-user');
          return new Response(response.status === 304 ? null : response.body, {
            status: response.status,
            headers,
          });
        },
      }),
    ],
  ];

  it.each(kinds)('drops everything of the former one, and shows the next one’s (%s)', async (_, options) => {
    await post(ada, 'before');
    await post(bob, 'before');
    let who = ada;
    const page = open(options(() => who));
    await shows(page, [`${ada}: before`]);
    who = bob;
    page.seen.clear();
    // What the former user's stream says from now on is not for the one who is signed in.
    await post(ada, 'after');
    await shows(page, [`${bob}: before`]);
    await post(ada, 'later');
    await post(bob, 'after');
    await shows(page, [`${bob}: after`, `${bob}: before`]);
    expect([...page.seen].filter((title) => title.startsWith(ada) && !title.endsWith('before'))).toEqual([]);
    expect(toastsOf(page)).toEqual([`${bob}: after`]);
    // And back again.
    who = ada;
    await page.client.store.refresh();
    await shows(page, [`${ada}: later`, `${ada}: after`, `${ada}: before`]);
    expect(toastsOf(page)).toEqual([`${bob}: after`]);
  });

  it('notices it at the next answer where only a cookie says who it is', async () => {
    await post(ada, 'before');
    await post(bob, 'before');
    let who = ada;
    const page = open({ fetch: fetchAs(() => who) });
    await shows(page, [`${ada}: before`]);
    who = bob;
    await page.client.preferences.get();
    // At once, and not first when the next user's rows have come.
    expect([page.client.store.state.unread, page.titles()]).toEqual([undefined, []]);
    await shows(page, [`${bob}: before`]);
    await post(ada, 'after');
    await post(bob, 'after');
    await shows(page, [`${bob}: after`, `${bob}: before`]);
    expect(toastsOf(page)).toEqual([`${bob}: after`]);
  });

  it('keeps everything while tokens of the same user follow one another', async () => {
    let renewals = 0;
    const page = open({ token: () => tokenOf(ada, { jti: String((renewals += 1)) }) });
    await post(ada, 'first');
    await shows(page, [`${ada}: first`]);
    let changes = 0;
    page.client.onUserChange(() => (changes += 1));
    const states = new Set<number | undefined>();
    page.client.store.subscribe(() => states.add(page.client.store.state.unread));
    site.cut();
    await post(ada, 'second');
    await page.client.store.refresh();
    await shows(page, [`${ada}: second`, `${ada}: first`]);
    expect(changes).toBe(0);
    expect(states.has(undefined)).toBe(false);
  });

  it('drops everything when the user is signed out, and takes another one up by itself', async () => {
    await post(ada, 'before');
    await post(bob, 'before');
    let who: string | undefined = ada;
    const page = open({ fetch: fetchAs(() => who) });
    await shows(page, [`${ada}: before`]);
    who = undefined;
    await page.client.store.refresh();
    expect([page.client.store.state.unread, page.titles()]).toEqual([undefined, []]);
    await soon(() => page.client.store.state.status === 'signed-out', 'it says so');
    await post(ada, 'meanwhile');
    who = bob;
    await shows(page, [`${bob}: before`]);
    expect(toastsOf(page)).toEqual([]);
  });

  it('comes back to the same user after a token that had expired', async () => {
    await post(ada, 'before');
    let expired = false;
    const page = open({ token: () => tokenOf(ada, expired ? { exp: 1 } : {}) });
    await shows(page, [`${ada}: before`]);
    expired = true;
    site.cut();
    await soon(() => page.client.store.state.status === 'signed-out', 'it says so');
    expect(page.titles()).toEqual([]);
    expired = false;
    await shows(page, [`${ada}: before`]);
  });

  describe('and what is on its way', () => {
    /** Holds back the answers to what is asked for as one user, until the test releases them. */
    const held = (
      which: RegExp,
      user: () => string,
    ): { fetch: typeof fetch; asked: () => boolean; release: () => void } => {
      let [asked, release] = [false, (): void => undefined];
      const passed = new Promise<void>((resolve) => (release = resolve));
      return {
        asked: () => asked,
        release,
        fetch: async (url, init) => {
          const isHeld = user() === ada && which.test(`${init?.method} ${new URL(url as string).pathname}`);
          const response = await fetch(url, init);
          if (!isHeld) return response;
          asked = true;
          await passed;
          return response;
        },
      };
    };

    it('throws an answer away that comes after the token has become another one’s', async () => {
      await post(ada, 'before');
      let who = ada;
      const late = held(/GET /, () => who);
      const { inbox } = createClient({
        baseUrl: `${site.url}/v1`,
        token: () => tokenOf(who),
        fetch: late.fetch,
      });
      const failure = expect(inbox.list()).rejects.toBeInstanceOf(ConnectionError);
      await soon(late.asked, 'the list was asked for');
      who = bob;
      late.release();
      await failure;
    });

    it('throws a late answer away', async () => {
      await post(ada, 'before');
      await post(bob, 'before');
      let who = ada;
      const late = held(/GET .*\/notifications$/, () => who);
      // Whoever waited for the former user's list would do so for longer than a test may take.
      const page = open({ token: () => tokenOf(who), fetch: late.fetch, timeoutMs: 120_000 });
      const direct = page.client.inbox.list({ limit: 7 });
      const failure = expect(direct).rejects.toBeInstanceOf(ConnectionError);
      await soon(late.asked, 'the list was asked for');
      who = bob;
      await page.client.store.refresh();
      late.release();
      await failure;
      await shows(page, [`${bob}: before`]);
      expect([...page.seen]).toEqual([`${bob}: before`]);
    });

    it('does not remember a late answer for the next user', async () => {
      let who = ada;
      const late = held(/GET .*\/unread-count$/, () => who);
      const client = createClient({
        baseUrl: `${site.url}/v1`,
        token: () => tokenOf(who),
        fetch: late.fetch,
      });
      const count = client.inbox.unreadCount();
      const failure = expect(count).rejects.toBeInstanceOf(ConnectionError);
      await soon(late.asked, 'the count was asked for');
      who = bob;
      await post(bob, 'one');
      expect(await client.inbox.unreadCount()).toBe(1);
      late.release();
      await failure;
      expect(await client.inbox.unreadCount()).toBe(1);
    });

    it('shows nothing of a change that was under way, nor of its undoing', async () => {
      await post(ada, 'removed');
      await post(ada, 'other');
      let who = ada;
      const late = held(/DELETE /, () => who);
      const page = open({ token: () => tokenOf(who), fetch: late.fetch });
      await shows(page, [`${ada}: other`, `${ada}: removed`]);
      const row = page.view.state.items[1]!;
      const removed = page.client.store.remove(row.id);
      // It waits for the deletion, whose answer comes late, and is not made as the next user.
      const undone = page.client.store.restore(row);
      const failures = Promise.all([removed, undone].map((call) => expect(call).rejects.toBeDefined()));
      await soon(late.asked, 'the deletion was made');
      who = bob;
      await page.client.store.refresh();
      page.seen.clear();
      late.release();
      await failures;
      // A row that an application has kept is not the next user's either.
      await expect(page.client.store.restore(row)).rejects.toMatchObject({ status: 404 });
      await post(bob, 'new');
      await shows(page, [`${bob}: new`]);
      expect([...page.seen]).toEqual([`${bob}: new`]);
      const { inbox } = createClient({ baseUrl: `${site.url}/v1`, token: tokenOf(ada) });
      expect((await inbox.list({ deleted: 'only' })).notifications.map(({ id }) => id)).toEqual([row.id]);
    });

    it('does nothing to the next user’s rows that the former one asked for', async () => {
      await post(ada, 'unread');
      await post(bob, 'unread');
      let who = ada;
      let give: (() => void) | undefined;
      let slow = false;
      const token = (): Promise<string> =>
        new Promise((resolve) => {
          give = () => resolve(tokenOf(who));
          if (!slow) give();
        });
      const page = open({ token });
      await shows(page, [`${ada}: unread`]);
      slow = true;
      const marked = page.client.store.markAllRead();
      const failure = expect(marked).rejects.toBeInstanceOf(ConnectionError);
      await soon(() => give !== undefined, 'a token was asked for');
      // Signed in while the token for the former user's click is made.
      [who, slow] = [bob, false];
      give?.();
      await failure;
      await shows(page, [`${bob}: unread`]);
      expect(await site.unreadOf(bob)).toBe(1);
      expect(await site.unreadOf(ada)).toBe(1);
    });
  });

  it('holds nothing for those who listen again after a while', async () => {
    await post(ada, 'before');
    await post(bob, 'before');
    let who = ada;
    const client = createClient({ baseUrl: `${site.url}/v1`, fetch: fetchAs(() => who) });
    const view = client.store.view();
    const leave = view.subscribe(() => undefined);
    await soon(() => view.state.items.length === 1 && client.store.state.status === 'live', 'it is there');
    // A framework's strict mode, which mounts everything twice, costs nothing.
    view.subscribe(() => undefined)();
    leave();
    ends.push(view.subscribe(() => undefined));
    expect(view.state.items).toHaveLength(1);
    ends.splice(0).forEach((end) => end());
    await soon(() => view.state.items.length === 0, 'nothing is held');
    expect(client.store.state.unread).toBeUndefined();
    who = bob;
    const seen = new Set<string>();
    ends.push(
      view.subscribe(() => view.state.items.forEach(({ title }) => seen.add(title))),
      () => client.close(),
    );
    await soon(() => view.state.items.length === 1, 'the next user’s are there');
    expect([...seen]).toEqual([`${bob}: before`]);
  });

  it('begins anew for a stream of the caller’s own', async () => {
    let who = ada;
    const { stream, close } = createClient({ baseUrl: `${site.url}/v1`, token: () => tokenOf(who) });
    const heard: string[] = [];
    const word = (event: StreamEvent): string =>
      event.type === 'notification' ? event.notification.title : event.type;
    const own = stream({ onEvent: (event) => heard.push(word(event)) });
    ends.push(close);
    await soon(() => own.status === 'live', 'it is live');
    await post(ada, 'first');
    await soon(() => heard.includes(`${ada}: first`), 'it hears of its user');
    who = bob;
    await post(ada, 'second');
    await soon(() => heard.includes('reset'), 'it says that it begins anew');
    await soon(() => heard.filter((one) => one === 'unread').length > 2, 'it has begun anew');
    await post(bob, 'first');
    await soon(() => heard.includes(`${bob}: first`), 'it hears of the next user');
    expect(heard).not.toContain(`${ada}: second`);
    expect(heard.indexOf('reset')).toBeLessThan(heard.indexOf(`${bob}: first`));
  });

  it('ends for good by close(), with everything that was on its way', async () => {
    await post(ada, 'before');
    let requests = 0;
    const fetched: typeof fetch = (...call) => {
      requests += 1;
      return fetch(...call);
    };
    const page = open({ token: tokenOf(ada), fetch: fetched });
    const { client, view, titles } = page;
    const own = client.stream({ onEvent: () => undefined });
    await shows(page, [`${ada}: before`]);
    const asked = client.inbox.list();
    let changes = 0;
    client.onUserChange(() => (changes += 1));
    const refused = expect(asked).rejects.toBeInstanceOf(ConnectionError);
    const [gone] = view.state.items;
    client.close();
    expect([client.store.state, titles(), changes]).toEqual([
      { status: 'connecting', unread: undefined, unseen: undefined },
      [],
      1,
    ]);
    await refused;
    const before = requests;
    ends.push(client.store.subscribe(() => undefined));
    own.nudge();
    await client.store.refresh();
    await expect(client.store.markRead(gone!.id)).rejects.toBeInstanceOf(ConnectionError);
    await expect(client.inbox.unreadCount()).rejects.toBeInstanceOf(ConnectionError);
    await post(ada, 'after');
    // Another client hears of it: by then this one would have.
    const other = open({ token: tokenOf(ada) });
    await shows(other, [`${ada}: after`, `${ada}: before`]);
    expect([requests, titles(), toastsOf(page)]).toEqual([before, [], []]);
  });

  it.each([1, 2, 3])('never mixes users, in whichever order things happen (%d)', async (seed) => {
    const random = seeded(seed);
    const users = [ada, bob, `cy ${runs}`];
    for (const user of users) await post(user, 'first');
    let who = ada;
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, random() * 40));
    const slow: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (!(url as string).endsWith('/stream')) await pause();
      return response;
    };
    const page = open({ token: () => tokenOf(who), fetch: slow });
    const wrong: string[] = [];
    const ofUsers = (): string[] => [...new Set(page.titles().map((title) => title.split(':')[0]!))];
    page.view.subscribe(() => ofUsers().length > 1 && wrong.push(`mixed ${ofUsers().join()}`));
    page.client.store.onToastShown(
      ({ title }) => title.startsWith(who) || wrong.push(`toast ${title} to ${who}`),
    );
    for (let step = 0; step < 40; step += 1) {
      const choice = random();
      const [row] = page.view.state.items;
      const { store } = page.client;
      const quietly = (call: Promise<unknown>): void => void call.catch(() => undefined);
      if (choice < 0.25) who = users[Math.floor(random() * users.length)]!;
      else if (choice < 0.55) await post(users[Math.floor(random() * users.length)]!, `event ${step}`);
      else if (choice < 0.65) quietly(store.markAllRead());
      else if (choice < 0.8 && row) quietly(store.remove(row.id));
      else if (choice < 0.9) quietly(store.refresh());
      else site.cut();
      await pause();
    }
    await page.client.store.refresh();
    await soon(() => page.client.store.state.status === 'live', 'it is live again');
    const { inbox } = createClient({ baseUrl: `${site.url}/v1`, token: tokenOf(who) });
    const right = async (): Promise<boolean> => {
      const { notifications } = await inbox.list();
      return notifications.map(({ title }) => title).join() === page.titles().join();
    };
    await until(right, 'it shows what the server has');
    expect(wrong).toEqual([]);
  });
});
