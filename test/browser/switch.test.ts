import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { CarillonBellElement } from '../../web/element/index.js';
import { tokenOf } from '../support/app.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { bell, expectUnread, live, rows, Site, toasts, until } from './support/site.js';

/** What a browser shows when another user signs in, in one of its tabs and in all of them. */
describeInBrowser('another user of the same browser', () => {
  let site: Site;
  let [ada, bob] = ['', ''];
  let runs = 0;

  const browsing = startBrowsing({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  beforeAll(() => {
    ({ site } = browsing);
  });
  beforeEach(() => {
    runs += 1;
    [ada, bob] = [`ada-${runs}`, `bob-${runs}`];
  });

  const signIn = (userId: string): Promise<BrowserContext> => browsing.signIn(userId);
  const post = (user: string, title: string, type = 'quota_warning'): Promise<{ id: string }> =>
    site.app.post({ type, user_ids: [user], title: `${user}: ${title}` });
  const titlesOf = async (page: Page): Promise<string> =>
    (await rows(page).locator('.title').allTextContents())
      .map((title) => title.replace('Unread: ', ''))
      .join();
  const showsRows = async (page: Page, titles: string[]): Promise<void> => {
    const right = async (): Promise<boolean> => (await titlesOf(page)) === titles.join();
    await until(right, `the list shows ${titles.join()}`).catch(async () => {
      expect(await titlesOf(page)).toBe(titles.join());
    });
  };
  /** As a browser does when its window or its tab is looked at again. */
  const lookAt = (page: Page): Promise<void> =>
    page.evaluate(() => {
      document.dispatchEvent(new Event('visibilitychange'));
      window.dispatchEvent(new Event('focus'));
    });
  /** A tab whose token is that of the user whom `window.user` names; writes down all that it ever shows. */
  const openWithToken = async (context: BrowserContext, user: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${site.url}/page/`);
    await page.evaluate((who) => Object.assign(window, { user: who }), user);
    await page.evaluate(async () => {
      const { createClient } = (await import(
        `${location.origin}/page/element.js`
      )) as typeof import('../../web/element/index.js');
      const given = window as unknown as {
        user: string;
        mint(user: string): Promise<string>;
        seen: string[];
      };
      const client = createClient({ baseUrl: '/v1', token: () => given.mint(given.user) });
      given.seen = [];
      client.store.onToastShown(({ title }) => given.seen.push(`toast ${title}`));
      const view = client.store.view();
      view.subscribe(() => given.seen.push(...view.state.items.map(({ title }) => title)));
      for (const element of document.querySelectorAll<CarillonBellElement>('carillon-bell, carillon-toasts'))
        element.client = client;
    });
    return live(page);
  };
  const withTokens = async (): Promise<BrowserContext> => {
    const context = await signIn('no user of the cookie');
    await context.exposeFunction('mint', (user: string) => tokenOf(user));
    return context;
  };
  const become = (page: Page, user: string): Promise<void> =>
    page.evaluate((who) => void Object.assign(window, { user: who, seen: [] }), user);
  const seenOf = (page: Page): Promise<string[]> =>
    page.evaluate(() => (window as unknown as { seen: string[] }).seen);

  it.each(['leads', 'follows'])(
    'in a tab that %s is not shown what is the former one’s, nor the other tabs what is this one’s',
    async (role) => {
      const context = await withTokens();
      const [first, second] = [await openWithToken(context, ada), await openWithToken(context, ada)];
      const [changed, other] = role === 'leads' ? [first, second] : [second, first];
      await become(changed, bob);
      // Before this tab has asked for anything as its new user.
      await post(ada, 'private', 'job_failed');
      await expectUnread(other, 1);
      await post(bob, 'private', 'job_failed');
      await expectUnread(changed, 1);
      // A stream that is cut before it has begun has no place to resume from.
      for (const page of [changed, other]) await live(page);
      site.cut();
      await post(ada, 'later', 'job_failed');
      await post(bob, 'later', 'job_failed');
      for (const page of [changed, other]) {
        await expectUnread(page, 2);
        await until(async () => (await toasts(page).count()) > 0, 'it toasts');
      }
      const of = (titles: string[], user: string): string[] => titles.filter((one) => one.includes(user));
      expect(of(await seenOf(changed), ada)).toEqual([]);
      expect(of(await seenOf(other), bob)).toEqual([]);
      await bell(changed).click();
      await showsRows(changed, [`${bob}: later`, `${bob}: private`]);
    },
  );

  it('is not shown the former one’s inbox by a tab that is looked at again', async () => {
    await post(ada, 'private');
    const context = await signIn(ada);
    const page = await live(await site.open(context));
    await bell(page).click();
    await showsRows(page, [`${ada}: private`]);
    await site.setCookie(context, bob);
    await post(bob, 'own');
    await lookAt(page);
    await showsRows(page, [`${bob}: own`]);
    await post(ada, 'after signing out');
    await post(bob, 'second');
    await showsRows(page, [`${bob}: second`, `${bob}: own`]);
  });

  it('ends what other tabs show of the former one as soon as a tab has noticed', async () => {
    await post(ada, 'private');
    const context = await signIn(ada);
    const pages = [await live(await site.open(context)), await live(await site.open(context))];
    for (const page of pages) {
      await bell(page).click();
      await showsRows(page, [`${ada}: private`]);
    }
    await site.setCookie(context, bob);
    // The former tabs are not touched.
    const signedIn = await live(await site.open(context));
    await post(bob, 'own');
    await expectUnread(signedIn, 1);
    for (const page of pages) await showsRows(page, [`${bob}: own`]);
  });

  it('ends what is shown of one who has signed out', async () => {
    await post(ada, 'private');
    const context = await signIn(ada);
    const page = await live(await site.open(context));
    await bell(page).click();
    await showsRows(page, [`${ada}: private`]);
    await context.clearCookies();
    await lookAt(page);
    await page.getByText('You are signed out.').waitFor();
    await expectUnread(page, 0);
    expect(await rows(page).count()).toBe(0);
    await site.setCookie(context, bob);
    await post(bob, 'own');
    await lookAt(page);
    await showsRows(page, [`${bob}: own`]);
  });

  it('finds no toast, no undoing and no question of the former one', async () => {
    for (const title of ['removed', 'read', 'kept']) await post(ada, title);
    const context = await signIn(ada);
    const page = await live(await site.open(context));
    await post(ada, 'toasted', 'job_failed');
    await toasts(page).filter({ hasText: 'toasted' }).waitFor();
    await bell(page).click();
    await rows(page).filter({ hasText: 'removed' }).locator('.bin').click();
    await page.locator('carillon-panel .undo').waitFor();
    await rows(page).filter({ hasText: ': read' }).locator('.toggle').click();
    await page.locator('carillon-panel .delete-read').click();
    await page.locator('carillon-panel dialog[open]').waitFor();
    await site.setCookie(context, bob);
    await lookAt(page);
    for (const left of ['carillon-toasts .toast', 'carillon-panel .undo', 'carillon-panel dialog[open]'])
      await page.locator(left).waitFor({ state: 'detached' });
    await showsRows(page, []);
    const text = await page.evaluate(() => {
      const deep = (root: ParentNode): string =>
        [...root.querySelectorAll('*')]
          .map((one) => (one.shadowRoot ? one.shadowRoot.textContent + deep(one.shadowRoot) : ''))
          .join('');
      return deep(document);
    });
    expect(text).not.toContain(ada);
  });

  it('finds the own preferences and webhooks, and no secret of the former one’s', async () => {
    const context = await signIn(ada);
    const page = await live(await site.open(context));
    await site.app
      .as(ada)
      .patch('/v1/preferences')
      .send({ types: { job_failed: { toast: false } } })
      .expect(200);
    await page.evaluate(() => {
      for (const name of ['carillon-preferences', 'carillon-webhooks']) {
        const element = document.createElement(name);
        element.setAttribute('base-url', '/v1');
        document.querySelector('main')?.append(element);
      }
    });
    const toast = page.getByRole('switch', { name: 'Job failed: Toast' });
    await toast.waitFor();
    expect(await toast.isChecked()).toBe(false);
    const hooks = page.locator('carillon-webhooks');
    await hooks.locator('.add').click();
    await hooks.getByLabel('Name').fill('Ada’s server');
    await hooks.getByLabel('URL').fill('https://hooks.example.com/x');
    await hooks.locator('dialog.form button[type=submit], dialog.form .solid').first().click();
    await hooks.locator('.secret code').waitFor();
    await site.setCookie(context, bob);
    await lookAt(page);
    await hooks.getByText('No webhooks yet').waitFor();
    expect(await hooks.locator('.secret').count()).toBe(0);
    await until(() => toast.isChecked(), 'the switches are the own ones');
  });

  it('does not find the former one’s page by going back to it', async () => {
    await post(ada, 'private');
    const context = await signIn(ada);
    const page = await live(await site.open(context));
    await bell(page).click();
    await showsRows(page, [`${ada}: private`]);
    await page.evaluate(() => {
      const kept = window as unknown as { shown: string[] };
      kept.shown = [];
      window.addEventListener('pageshow', () => {
        const list = document.querySelector('carillon-bell')?.shadowRoot?.querySelector('carillon-panel');
        kept.shown.push(list?.shadowRoot?.querySelector('ul')?.textContent ?? 'no list');
      });
    });
    await page.goto(`${site.url}/health`);
    await site.setCookie(context, bob);
    await post(bob, 'own');
    // It has been loaded already: there is no event of that to wait for.
    await page.goBack({ waitUntil: 'commit' });
    // The very page from before, not one that was loaded anew.
    const shown = await page.evaluate(() => (window as unknown as { shown?: string[] }).shown);
    expect(shown).toEqual(['no list']);
    await showsRows(page, [`${bob}: own`]);
    await live(page);
    await post(bob, 'second');
    await showsRows(page, [`${bob}: second`, `${bob}: own`]);
  });

  it('is handed nothing by the same page’s elements when they get a client of their own', async () => {
    await post(ada, 'private');
    const context = await withTokens();
    const page = await openWithToken(context, ada);
    await bell(page).click();
    await showsRows(page, [`${ada}: private`]);
    await post(ada, 'toasted', 'job_failed');
    await toasts(page).filter({ hasText: 'toasted' }).waitFor();
    await post(bob, 'own');
    // As docs/in-a-page.md says that an application does it.
    await page.evaluate(async (token) => {
      const { createClient } = (await import(
        `${location.origin}/page/element.js`
      )) as typeof import('../../web/element/index.js');
      const elements = document.querySelectorAll<CarillonBellElement>('carillon-bell, carillon-toasts');
      for (const element of elements) element.client?.close();
      const client = createClient({ baseUrl: '/v1', token });
      for (const element of elements) element.client = client;
    }, tokenOf(bob));
    await showsRows(page, [`${bob}: own`]);
    expect(await toasts(page).count()).toBe(0);
    await live(page);
    await post(ada, 'later', 'job_failed');
    await post(bob, 'later', 'job_failed');
    await toasts(page)
      .filter({ hasText: `${bob}: later` })
      .waitFor();
    expect(await toasts(page).count()).toBe(1);
  });
});
