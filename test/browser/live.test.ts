import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { CarillonBellElement } from '../../web/element/index.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import {
  bell,
  bellName,
  expectUnread,
  live,
  pollEvery,
  recordToasts,
  rows,
  Site,
  toasts,
  until,
} from './support/site.js';

describeInBrowser('the inbox in several tabs and browsers', () => {
  let site: Site;
  let ada: string;
  let grace: string;
  let users = 0;

  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });
  beforeEach(() => {
    users += 1;
    [ada, grace] = [`ada-${users}`, `grace-${users}`];
  });

  const signIn = (userId: string): Promise<BrowserContext> => browsing.signIn(userId);
  const openAs = async (userId: string): Promise<Page> => live(await site.open(await signIn(userId)));
  const post = (userId: string, title: string, type = 'job_completed'): Promise<{ id: string }> =>
    site.app.post({ type, user_ids: [userId], title });
  /** Waits until every bell says what the server says; both may still be on their way. */
  const agrees = async (userId: string, pages: Page[]): Promise<void> => {
    const names = (): Promise<(string | null)[]> =>
      Promise.all(pages.map((page) => bell(page).getAttribute('aria-label')));
    const all = async (): Promise<boolean> => {
      const right = bellName(await site.unreadOf(userId));
      return (await names()).every((name) => name === right);
    };
    await until(all, 'the bells agree with the server').catch(async () => {
      const right = bellName(await site.unreadOf(userId));
      throw new Error(`the bells say ${JSON.stringify(await names())}, the server "${right}"`);
    });
  };

  it('shows an event in two browsers of its user within a second, toasts it once in each, and to nobody else', async () => {
    const [one, two, other] = await Promise.all([openAs(ada), openAs(ada), openAs(grace)]);
    const toasted = await Promise.all([one, two, other].map(recordToasts));
    const titles: string[] = [];
    let best = Infinity;
    // The best of three, and of more on a machine that is busy with something else: the stream may not be slow.
    while (titles.length < 3 || (best >= 1_000 && titles.length < 15)) {
      const title = `event ${'abcdefghijklmno'[titles.length]}`;
      titles.push(title);
      const began = performance.now();
      await post(ada, title);
      await Promise.all(
        [one, two].map((page) => toasts(page).filter({ hasText: title }).waitFor({ state: 'visible' })),
      );
      best = Math.min(best, performance.now() - began);
    }
    expect(best).toBeLessThan(1_000);
    await agrees(ada, [one, two]);
    expect(await Promise.all(toasted.map((seen) => seen()))).toEqual([titles, titles, []]);
    expect(await bell(other).getAttribute('aria-label')).toBe(bellName(0));
  });

  it('holds one stream for all tabs of a browser, and toasts in one of them', async () => {
    const context = await signIn(ada);
    const streams: string[] = [];
    context.on('request', (request) => {
      if (request.url().endsWith('/stream')) streams.push(request.url());
    });
    const first = await live(await site.open(context));
    const tabs = [first, await live(await site.open(context)), await live(await site.open(context))];
    expect(streams).toHaveLength(1);
    for (const title of ['a', 'b', 'c']) await post(ada, title);
    await agrees(ada, tabs);
    const shown = async (): Promise<number> =>
      (await Promise.all(tabs.map((page) => toasts(page).count()))).reduce((sum, count) => sum + count, 0);
    await until(async () => (await shown()) === 3, 'each toast shows in one tab');

    // The tab that holds the stream goes; another takes over and misses nothing.
    await first.close();
    await post(ada, 'd');
    await agrees(ada, tabs.slice(1));
    await until(() => Promise.resolve(streams.length === 2), 'another tab has opened the stream');
    expect(streams).toHaveLength(2);
  });

  it('agrees with the server on the badge, whatever is done in whichever tab', async () => {
    const context = await signIn(ada);
    const [one, two] = [await live(await site.open(context)), await live(await site.open(context))];
    const far = await openAs(ada);
    const all = [one, two, far];
    for (let index = 0; index < 6; index += 1) await post(ada, `event ${index}`, 'quota_warning');
    await agrees(ada, all);
    for (const page of all) {
      await bell(page).click();
      await rows(page).nth(5).waitFor();
    }

    await rows(one).nth(0).locator('.toggle').click();
    await until(async () => (await site.unreadOf(ada)) === 5, 'the server has 5');
    await agrees(ada, all);
    await rows(two).nth(1).locator('.bin').click();
    await until(async () => (await rows(far).count()) === 5, 'the deleted one is gone in the other browser');
    await until(async () => (await site.unreadOf(ada)) === 4, 'the server has 4');
    await agrees(ada, all);
    await two.locator('carillon-panel .undo').click();
    await until(async () => (await rows(far).count()) === 6, 'the restored one is back in the other browser');
    await until(async () => (await site.unreadOf(ada)) === 5, 'the server has 5');
    await agrees(ada, all);
    await rows(far).nth(0).locator('.toggle').click();
    await agrees(ada, all);
    await far.locator('carillon-panel .mark-all').click();
    await until(async () => (await site.unreadOf(ada)) === 0, 'all are read');
    await agrees(ada, all);
    await one.locator('carillon-panel .delete-read').click();
    await one.locator('carillon-panel dialog .danger').click();
    for (const page of all) await until(async () => (await rows(page).count()) === 0, 'the lists are empty');
    await agrees(ada, all);
  }, 120_000);

  it('keeps in all tabs what arrives while everything is marked as read, and while everything read is deleted', async () => {
    const context = await signIn(ada);
    const tabs = [await live(await site.open(context)), await live(await site.open(context))];
    const [one] = tabs as [Page];
    for (const title of ['a', 'b']) await post(ada, title, 'quota_warning');
    for (const page of tabs) {
      await bell(page).click();
      await rows(page).nth(1).waitFor();
    }
    // The answers come late: what happens in between is told by the stream, in an order that says nothing of them.
    let release: () => void = () => undefined;
    const hold = (): Promise<void> => new Promise((resolve) => (release = resolve));
    let held = hold();
    await context.route(/mark-all-read|delete-read/, async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    const marked = one.waitForResponse(/mark-all-read/);
    await one.locator('carillon-panel .mark-all').click();
    await until(async () => (await site.unreadOf(ada)) === 0, 'all are read');
    await post(ada, 'c', 'quota_warning');
    const unreadRows = (page: Page): Promise<string[]> =>
      page.locator('carillon-panel li.unread .title').allTextContents();
    const shows = async (count: number, unread: string[]): Promise<void> => {
      for (const page of tabs) {
        const right = async (): Promise<boolean> =>
          (await rows(page).count()) === count && (await unreadRows(page)).join() === unread.join();
        await until(right, `${count} rows, unread: ${unread.join() || 'none'}`);
      }
    };
    for (const page of tabs) await rows(page).getByText('Unread: c', { exact: true }).waitFor();
    release();
    await marked;
    await shows(3, ['Unread: c']);
    await agrees(ada, tabs);

    held = hold();
    const deleted = one.waitForResponse(/delete-read/);
    await one.locator('carillon-panel .delete-read').click();
    await one.locator('carillon-panel dialog .danger').click();
    await until(async () => {
      const { body } = await site.app.as(ada).get('/v1/notifications').expect(200);
      return (body as { notifications: unknown[] }).notifications.length === 1;
    }, 'the read ones are deleted');
    await rows(tabs[1]!).locator('.toggle').first().click();
    await until(async () => (await site.unreadOf(ada)) === 0, 'the one that is left is read');
    release();
    await deleted;
    await shows(1, []);
    await agrees(ada, tabs);
  }, 120_000);

  it('takes back what the server refuses, and says so', async () => {
    const page = await openAs(ada);
    await post(ada, 'stays');
    await expectUnread(page, 1);
    await bell(page).click();
    await page.route('**/v1/notifications/*', (route) =>
      route.request().method() === 'GET' ? route.fallback() : route.fulfill({ status: 503, body: '{}' }),
    );
    await rows(page).locator('.bin').click();
    await page.locator('carillon-panel .notice').waitFor();
    expect(await rows(page).count()).toBe(1);
    await expectUnread(page, 1);
  });

  it('catches up after sleep, each event once and in order', async () => {
    const context = await signIn(ada);
    const page = await live(await site.open(context));
    await bell(page).click();
    await post(ada, 'before');
    await rows(page).nth(0).waitFor();
    await context.setOffline(true);
    await page.locator('carillon-panel .notice').waitFor();
    for (const title of ['during 1', 'during 2', 'during 3']) await post(ada, title);
    await context.setOffline(false);
    await until(async () => (await rows(page).count()) === 4, 'what was missed is there');
    const titles = await rows(page).locator('.title').allTextContents();
    expect(titles.map((title) => title.replace('Unread: ', ''))).toEqual([
      'during 3',
      'during 2',
      'during 1',
      'before',
    ]);
    await agrees(ada, [page]);
    await live(page);
    await post(ada, 'after');
    await rows(page).nth(4).waitFor();
    await agrees(ada, [page]);
  });

  it('comes back by itself after the server has stopped and started again', async () => {
    const page = await openAs(ada);
    await bell(page).click();
    await post(ada, 'before');
    await rows(page).nth(0).waitFor();
    await site.restart();
    for (const title of ['after 1', 'after 2']) await post(ada, title);
    await until(async () => (await rows(page).count()) === 3, 'the new events are there', 30_000);
    await agrees(ada, [page]);
    await rows(page).nth(0).locator('.toggle').click();
    await until(async () => (await site.unreadOf(ada)) === 2, 'the server has 2');
    await agrees(ada, [page]);
  }, 120_000);

  it('polls while the stream cannot be had, without asking for what it knows, and toasts too', async () => {
    const context = await signIn(ada);
    await context.route('**/v1/notifications/stream', (route) => route.fulfill({ status: 404, body: '{}' }));
    const conditions: (string | undefined)[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/v1/notifications?')) conditions.push(request.headers()['if-none-match']);
    });
    const page = await context.newPage();
    await page.goto(`${site.url}/page/`);
    await pollEvery(page, 300);
    await bell(page).waitFor();
    await until(() => Promise.resolve(conditions.length >= 3), 'it has polled a few times');
    await post(ada, 'polled');
    await toasts(page).filter({ hasText: 'polled' }).waitFor();
    await agrees(ada, [page]);
    expect(conditions.some((tag) => tag !== undefined)).toBe(true);
    await bell(page).click();
    await rows(page).locator('.toggle').click();
    await until(async () => (await site.unreadOf(ada)) === 0, 'it is read');
    await agrees(ada, [page]);
  });

  it('shows nothing of the former user when the cookie becomes another one’s', async () => {
    await post(ada, 'for Ada only');
    await post(grace, 'for Grace');
    const context = await signIn(ada);
    const page = await live(await site.open(context));
    await bell(page).click();
    await rows(page).filter({ hasText: 'for Ada only' }).waitFor();
    await site.setCookie(context, grace);
    const second = await live(await site.open(context));
    await expectUnread(second, 1);
    await post(ada, 'again for Ada only');
    await post(grace, 'again for Grace');
    await expectUnread(second, 2);
    await bell(second).click();
    await rows(second).nth(1).waitFor();
    expect(await rows(second).filter({ hasText: 'Ada' }).count()).toBe(0);
    expect(await toasts(second).filter({ hasText: 'Ada' }).count()).toBe(0);
    // The page from before learns of it with its next request.
    await page.locator('carillon-bell').evaluate((element: CarillonBellElement) => element.store?.refresh());
    await until(
      async () => (await rows(page).filter({ hasText: 'Ada' }).count()) === 0,
      'the old rows are gone',
    );
  });
});
