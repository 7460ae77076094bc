import { beforeEach, expect, it } from '@jest/globals';
import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { VAPID } from '../support/push.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus } from './support/focus.js';
import { asked, click, deliver, preparePush, renewEndpoint, shown, waitForShown } from './support/push.js';
import { bell, expectUnread, live, type Site, toasts, until } from './support/site.js';

const TURN_ON = 'Turn on in this browser';
const TURN_OFF = 'Turn off in this browser';

describeInBrowser('pushes in the browser', () => {
  let site: Site;
  let user: string;

  const browsing = startBrowsing({}, { push: VAPID });
  beforeEach(() => {
    ({ site, user } = browsing);
    site.complaints.length = 0;
  });

  const signIn = async (
    permission?: 'granted' | 'denied' | 'default',
    options: BrowserContextOptions = {},
  ): Promise<BrowserContext> => {
    const context = await browsing.signIn(user, options);
    await preparePush(context, permission);
    return context;
  };
  const openPreferences = async (context: BrowserContext): Promise<Page> => {
    const page = await live(await site.open(context));
    await page.evaluate(() => {
      const element = document.createElement('carillon-preferences');
      element.setAttribute('base-url', '/v1');
      document.querySelector('main')?.append(element);
    });
    await page.getByRole('switch').first().waitFor();
    return page;
  };
  const button = (page: Page, name: string): Locator => page.getByRole('button', { name });
  const turnedOn = async (context: BrowserContext): Promise<Page> => {
    const page = await openPreferences(context);
    await button(page, TURN_ON).click();
    await button(page, TURN_OFF).waitFor();
    return page;
  };
  /** How many browsers get the user's pushes. */
  const subscriptions = async (userId = user): Promise<{ id: string; device: string | null }[]> => {
    const { body } = await site.app.as(userId).get('/v1/push/subscriptions').expect(200);
    return (body as { subscriptions: { id: string; device: string | null }[] }).subscriptions;
  };
  /** Of the browser's subscription. */
  const endpoint = (page: Page): Promise<string | undefined> =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/carillon/');
      return (await registration?.pushManager.getSubscription())?.endpoint;
    });
  const settings = async (): Promise<{ channels: { push: boolean | null } }> =>
    (await site.app.as(user).get('/v1/preferences').expect(200)).body as never;
  const post = (event: Record<string, unknown> = {}): Promise<{ id: string }> =>
    site.app.post({ type: 'job_failed', user_ids: [user], title: 'A job', ...event });
  const newest = async (): Promise<string> => {
    const { body } = await site.app.as(user).get('/v1/notifications').expect(200);
    return (body as { notifications: { id: string }[] }).notifications[0]?.id ?? '';
  };
  const push = (id: string, rest: object = {}): object => ({
    id,
    type: 'job_failed',
    level: 'error',
    title: 'The import failed',
    body: 'Row 7 is empty.',
    link: null,
    tag: id,
    ...rest,
  });

  it('are offered by a button, asked for in its click, and turned off again', async () => {
    const context = await signIn();
    const page = await openPreferences(context);
    await button(page, TURN_ON).waitFor();
    expect(await asked(page)).toBe(0);
    await button(page, TURN_ON).focus();
    await page.keyboard.press('Enter');
    await page.getByText('On in this browser.').first().waitFor();
    await expectFocus(page, TURN_OFF);
    expect(await asked(page)).toBe(1);
    expect(await subscriptions()).toEqual([
      expect.objectContaining({ device: expect.stringMatching(/^Chrome on /) }),
    ]);
    // Nothing would come where it is off for every type.
    await until(async () => (await settings()).channels.push === true, 'the channel is on');

    await page.keyboard.press('Enter');
    await expectFocus(page, TURN_ON);
    expect(await subscriptions()).toEqual([]);
    expect(await asked(page)).toBe(1);
    expect(site.complaints).toEqual([]);
  });

  it('are explained where the user has refused them, and not asked for again', async () => {
    const page = await openPreferences(await signIn('denied'));
    await button(page, TURN_ON).click();
    await page.getByText('This browser refuses notifications of this site').first().waitFor();
    expect(await button(page, TURN_ON).count()).toBe(0);
    await page.reload();
    await live(page);
    expect(await asked(page)).toBe(0);
    expect(await subscriptions()).toEqual([]);
  });

  it('can be turned on later where the question was put aside', async () => {
    const page = await openPreferences(await signIn('default'));
    await button(page, TURN_ON).click();
    await until(async () => (await asked(page)) === 1, 'it was asked');
    await button(page, TURN_ON).waitFor();
    expect(await subscriptions()).toEqual([]);
  });

  it('show what they say, and the page leaves its toast out', async () => {
    const context = await signIn();
    const page = await turnedOn(context);
    await post({ title: 'The import failed' });
    await toasts(page).waitFor();
    await deliver(page, push(await newest(), { tag: 'imports' }));
    expect(await waitForShown(context, 1)).toEqual([
      {
        title: 'The import failed',
        body: 'Row 7 is empty.',
        tag: 'imports',
        icon: '',
      },
    ]);
    await toasts(page).waitFor({ state: 'detached' });
    // Of another notification the toast is shown.
    await post({ title: 'Another' });
    await toasts(page).filter({ hasText: 'Another' }).waitFor();
    // The same thing again takes the place of the first.
    await deliver(page, push('another', { title: 'Failed again', tag: 'imports' }));
    await until(async () => (await shown(context))[0]?.title === 'Failed again', 'it is replaced');
    expect(await shown(context)).toHaveLength(1);
  });

  it.each(['', 'no JSON', '[]', '{"title":7}', 'null'])('are shown whatever comes: %s', async (data) => {
    const context = await signIn();
    const page = await turnedOn(context);
    await deliver(page, data);
    expect((await waitForShown(context, 1))[0]?.title).toBe(data.includes('7') ? '7' : 'New notification');
  });

  it('bring a page of the user to their link, which may navigate by itself, and mark it as read', async () => {
    const context = await signIn();
    const page = await turnedOn(context);
    await post();
    await expectUnread(page, 1);
    const id = await newest();
    await page.evaluate(() => {
      document.addEventListener(
        'carillon-navigate',
        (event) => {
          event.preventDefault();
          document.title = new URL(event.detail.href).pathname;
        },
        { once: true },
      );
    });
    await deliver(page, push(id, { link: '/page/jobs' }));
    await waitForShown(context, 1);
    expect(await click(context)).toEqual({ opened: [], focused: [page.url()] });
    await expectUnread(page, 0);
    expect(await page.title()).toBe('/page/jobs');
    expect(await shown(context)).toEqual([]);

    await deliver(page, push(id, { link: '/page/other' }));
    await waitForShown(context, 1);
    await Promise.all([page.waitForURL('**/page/other'), click(context)]);
  });

  it('open a window where no page of the user is open, and are read on the next visit', async () => {
    const context = await signIn();
    const page = await turnedOn(context);
    await post();
    const id = await newest();
    await deliver(page, push(id, { link: '/page/jobs' }));
    await waitForShown(context, 1);
    await page.goto(`${site.url}/health/live`);
    expect(await click(context)).toEqual({ opened: [`${site.url}/page/jobs`], focused: [] });
    expect(await site.unreadOf(user)).toBe(1);
    const next = await site.open(context);
    await until(async () => (await site.unreadOf(user)) === 0, 'it is read');
    await expectUnread(next, 0);
  });

  it('have the actions that lead somewhere, which may be more than a browser shows', async () => {
    const context = await signIn();
    const page = await turnedOn(context);
    const actions = ['log', 'diff', 'evil'].map((id) => ({ id, label: id, link: `/page/${id}` }));
    actions[2]!.link = 'javascript:alert(1)';
    const more = { link: '/page/jobs', icon: 'https://cdn.example.com/ann.png', actions };
    await deliver(page, push('some', more));
    expect((await waitForShown(context, 1))[0]).toMatchObject({ icon: more.icon });
    await page.goto(`${site.url}/health/live`);
    expect(await click(context, 'diff')).toEqual({ opened: [`${site.url}/page/diff`], focused: [] });
    await site.open(context).then((next) => deliver(next, push('some', more)));
    await waitForShown(context, 1);
    expect((await click(context, 'evil')).opened.join()).not.toContain('javascript');
  });

  it.each([
    ['https://elsewhere.example.com/x', 'https://elsewhere.example.com/x'],
    ['javascript:alert(1)', undefined],
    ['//elsewhere.example.com', undefined],
    ['data:text/html,x', undefined],
    [null, undefined],
  ])('open %s as what it is', async (link, opened) => {
    const context = await signIn();
    const page = await turnedOn(context);
    await deliver(page, push('some', { link }));
    await waitForShown(context, 1);
    const seen = await click(context);
    // Without a link that may be opened, a page that is there comes to the front as it is.
    expect(seen).toEqual(opened ? { opened: [opened], focused: [] } : { opened: [], focused: [page.url()] });
    expect(new URL(page.url()).pathname).toBe('/page/');
  });

  it('end for one user when another one is there, and come back with the first', async () => {
    const context = await signIn();
    const page = await turnedOn(context);
    await deliver(page, push('mine'));
    await waitForShown(context, 1);
    const [first] = await subscriptions();

    const other = `${user}-other`;
    await site.setCookie(context, other);
    await page.reload();
    await live(page);
    await until(async () => (await shown(context)).length === 0, 'what was shown is gone');
    expect(await endpoint(page)).toBeUndefined();
    expect(await subscriptions(other)).toEqual([]);
    expect(await asked(page)).toBe(0);

    await site.setCookie(context, user);
    await page.reload();
    await live(page);
    await until(async () => (await subscriptions()).some(({ id }) => id !== first?.id), 'it is back');
    expect(await asked(page)).toBe(0);
  });

  it('end when the client is closed', async () => {
    const context = await signIn();
    const page = await turnedOn(context);
    await deliver(page, push('mine'));
    await waitForShown(context, 1);
    await page.evaluate(async () => {
      const { createClient } = (await import(
        `${location.origin}/page/element.js`
      )) as typeof import('../../web/element/index.js');
      const client = createClient({ baseUrl: '/v1' });
      await client.inbox.unreadCount();
      client.close();
    });
    await until(async () => (await shown(context)).length === 0, 'what was shown is gone');
    expect(await endpoint(page)).toBeUndefined();
  });

  it('are sent to a new endpoint, and no more to a browser that was removed elsewhere', async () => {
    const context = await signIn();
    const page = await turnedOn(context);
    const [first] = await subscriptions();
    await renewEndpoint(page);
    await page.reload();
    await until(async () => (await subscriptions()).length === 2, 'the new endpoint is known');
    const renewed = (await subscriptions()).find(({ id }) => id !== first?.id);
    await site.app.as(user).delete(`/v1/push/subscriptions/${renewed?.id}`).expect(200);
    await page.close();
    const next = await openPreferences(context);
    await button(next, TURN_ON).waitFor();
    expect((await subscriptions()).map(({ id }) => id)).toEqual([first?.id]);
  });

  it('come by the worker that the application has, which imports the handlers', async () => {
    // The page's policy keeps a test from registering anything.
    const context = await signIn('granted', { bypassCSP: true });
    const page = await live(await site.open(context));
    const status = await page.evaluate(async () => {
      const { createClient } = (await import(
        `${location.origin}/page/element.js`
      )) as typeof import('../../web/element/index.js');
      const script = '/carillon/push-worker.js?icon=/favicon.png';
      const own = await navigator.serviceWorker.register(script, { type: 'module', scope: '/carillon/own/' });
      while (!own.active) await new Promise((resolve) => setTimeout(resolve, 10));
      const registration = () => Promise.resolve(own);
      return createClient({ baseUrl: '/v1', push: { registration } }).push.enable();
    });
    expect(status).toBe('on');
    await deliver(page, push('mine'));
    const [first] = await waitForShown(context, 1);
    expect(first).toMatchObject({ title: 'The import failed', icon: `${site.url}/favicon.png` });
  });

  it('follow what another tab does', async () => {
    const context = await signIn();
    const page = await openPreferences(context);
    const other = await openPreferences(context);
    await button(other, TURN_ON).click();
    await button(page, TURN_OFF).click();
    await button(other, TURN_ON).waitFor();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'no service workers',
      () => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'),
      /cannot do it here/,
    ],
    ['no push', () => Reflect.deleteProperty(window, 'PushManager'), /cannot do it here/],
    ['no notifications', () => Reflect.deleteProperty(window, 'Notification'), /cannot do it here/],
    [
      'service workers that are refused',
      () => {
        Object.defineProperty(Navigator.prototype, 'serviceWorker', {
          get() {
            throw new DOMException('refused', 'SecurityError');
          },
        });
      },
      /cannot do it here/,
    ],
    [
      'a worker that is refused',
      () => {
        ServiceWorkerContainer.prototype.register = () =>
          Promise.reject(new DOMException('refused', 'SecurityError'));
      },
      /could not be turned on/,
    ],
    [
      'a worker that never comes',
      () => {
        ServiceWorkerContainer.prototype.register = () => new Promise(() => undefined);
      },
      /could not be turned on/,
    ],
    [
      'a push service that is out of reach',
      () => {
        PushManager.prototype.subscribe = () => Promise.reject(new DOMException('no service', 'AbortError'));
      },
      /could not be turned on/,
    ],
    [
      'storage that is refused',
      () => {
        Object.defineProperty(window, 'caches', {
          get() {
            throw new DOMException('refused', 'SecurityError');
          },
        });
      },
      /On in this browser/,
    ],
  ])('leave the page as it is with %s', async (what, break_, said) => {
    const context = await signIn();
    await context.addInitScript(break_);
    const page = await openPreferences(context);
    const offered = button(page, TURN_ON);
    await page.getByText(said).or(offered).first().waitFor();
    if (await offered.count()) {
      await page.clock.install();
      await offered.click();
    }
    await until(async () => {
      if (what.includes('never')) await page.clock.runFor(31_000);
      return page.getByText(said).first().isVisible();
    }, `it says ${said}`);
    await bell(page).waitFor();
    expect(site.complaints).toEqual([]);
  });
});
