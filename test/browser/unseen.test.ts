import { afterEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ApiError, type Client, createClient } from '../../web/client/index.js';
import { tokenOf } from '../support/app.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { bell, expectUnread, live, rows, until } from './support/site.js';

describeInBrowser('a badge of what is unseen', () => {
  const browsing = startBrowsing();
  const clients: Client[] = [];
  afterEach(() => clients.splice(0).forEach((client) => client.close()));

  const post = (title: string): Promise<{ id: string }> =>
    browsing.site.app.post({ type: 'job_completed', user_ids: [browsing.user], title });
  const openPage = async (badge?: string): Promise<Page> => {
    const context = await browsing.signIn(browsing.user);
    const page = await live(await browsing.site.open(context));
    if (badge)
      await page.locator('carillon-bell').evaluate((element, of) => element.setAttribute('badge', of), badge);
    return page;
  };
  const expectUnseen = (page: Page, count: number): Promise<void> => {
    const name = count === 0 ? 'Notifications' : `Notifications, ${count} new`;
    return until(
      async () => (await bell(page).getAttribute('aria-label')) === name,
      `the bell says "${name}"`,
    );
  };

  it('goes out in every page when the panel is opened, and what is unread stays bold', async () => {
    for (const title of ['one', 'two']) await post(title);
    const [here, there, usual] = [await openPage('unseen'), await openPage('unseen'), await openPage()];
    await expectUnseen(here, 2);
    // One that counts the unread ones says nothing of what was seen.
    await bell(usual).click();
    await rows(usual).nth(1).waitFor();
    await expectUnseen(there, 2);

    await bell(here).click();
    await rows(here).nth(1).waitFor();
    await expectUnseen(here, 0);
    await expectUnseen(there, 0);
    await expectUnread(usual, 2);
    expect(await here.locator('carillon-bell .badge').count()).toBe(0);
    expect(await here.locator('carillon-panel li.unread').count()).toBe(2);

    await post('three');
    await expectUnseen(there, 1);
    await expectUnseen(here, 1);
    // It came into a panel that was open.
    await rows(here).nth(2).waitFor();
    await here.keyboard.press('Escape');
    for (const page of [here, there]) await expectUnseen(page, 0);
    await here.reload();
    await expectUnread(await live(here), 3);
  });

  it('is there again when the server refuses', async () => {
    await post('one');
    const page = await openPage('unseen');
    await expectUnseen(page, 1);
    await page.route('**/mark-seen', (route) => route.abort());
    const refused = page.waitForEvent('requestfailed');
    await bell(page).click();
    await refused;
    await expectUnseen(page, 1);
  });

  describe('in the store', () => {
    const open = async (fetched: typeof fetch = fetch, pollMs = 30_000): Promise<Client> => {
      const client = createClient({
        baseUrl: `${browsing.site.url}/v1`,
        token: tokenOf(browsing.user),
        fetch: fetched,
        pollMs,
      });
      clients.push(client);
      client.store.subscribe(() => undefined);
      await until(() => Promise.resolve(client.store.state.unread !== undefined), 'it knows the counts');
      return client;
    };
    const shows = (client: Client, unread: number, unseen: number): Promise<void> =>
      until(
        () => Promise.resolve(client.store.state.unread === unread && client.store.state.unseen === unseen),
        `${unread} unread, ${unseen} unseen`,
      ).catch(() => expect(client.store.state).toMatchObject({ unread, unseen }));

    it('is as many as are unread until the user looks, and goes out at once then', async () => {
      const client = await open();
      await post('one');
      await post('two');
      await shows(client, 2, 2);
      const marked = client.store.markSeen();
      await Promise.resolve();
      expect(client.store.state).toMatchObject({ unread: 2, unseen: 0 });
      await marked;
      await post('three');
      await shows(client, 3, 1);
      await shows(await open(), 3, 1);
      await client.store.markAllRead();
      await shows(client, 0, 0);
      expect(await client.inbox.counts()).toEqual({ unread: 0, unseen: 0 });
    });

    it('is known without a stream, too', async () => {
      const withoutStream: typeof fetch = (url, init) =>
        String(url).endsWith('/stream')
          ? Promise.resolve(new Response('', { status: 404 }))
          : fetch(url, init);
      await post('one');
      const [polling, other] = [await open(withoutStream, 50), await open()];
      await shows(polling, 1, 1);
      await other.store.markSeen();
      await shows(polling, 1, 0);
      await post('two');
      await shows(polling, 2, 1);
    });

    it('is taken back when the server refuses', async () => {
      const refusing: typeof fetch = (url, init) =>
        String(url).endsWith('/mark-seen')
          ? Promise.resolve(Response.json({ code: 'overloaded' }, { status: 503 }))
          : fetch(url, init);
      await post('one');
      const client = await open(refusing);
      await shows(client, 1, 1);
      await expect(client.store.markSeen()).rejects.toBeInstanceOf(ApiError);
      await shows(client, 1, 1);
    });
  });
});
