import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { CarillonBellElement } from '../../web/element/index.js';
import { describeInBrowser, launch } from './support/chromium.js';
import { expectUnread, live, pollEvery, Site, toasts, until } from './support/site.js';

/** A name that Chromium resolves to this machine: plain http under it is no secure context, as on a home server. */
const INTRANET = 'intranet.test';

function refuseLooks(): void {
  for (const name of ['visibilityState', 'hidden', 'hasFocus'])
    Object.defineProperty(document, name, {
      get: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
}

/** What a page finds in the place of a feature; each is run in the page before its own scripts. */
const REFUSALS: Record<string, () => void> = {
  'without randomUUID': () => Object.defineProperty(crypto, 'randomUUID', { value: undefined }),
  'without Web Locks': () => Object.defineProperty(navigator, 'locks', { value: undefined }),
  'whose Web Locks may not be looked at': () =>
    Object.defineProperty(navigator, 'locks', {
      get: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    }),
  'whose Web Locks throw': () => {
    LockManager.prototype.request = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  },
  'whose Web Locks refuse': () => {
    LockManager.prototype.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  },
  'whose Web Locks never answer': () => {
    LockManager.prototype.request = () => new Promise(() => undefined);
  },
  'whose Web Locks answer without a lock': () => {
    LockManager.prototype.request = () => Promise.resolve(undefined) as Promise<never>;
  },
  'without BroadcastChannel': () => Object.defineProperty(window, 'BroadcastChannel', { value: undefined }),
  'whose BroadcastChannel throws': () =>
    Object.defineProperty(window, 'BroadcastChannel', {
      value: function () {
        throw new DOMException('denied', 'SecurityError');
      },
    }),
  'whose BroadcastChannel refuses to send': () => {
    BroadcastChannel.prototype.postMessage = () => {
      throw new DOMException('denied', 'InvalidStateError');
    };
  },
  'whose BroadcastChannel brings nothing': () => {
    BroadcastChannel.prototype.postMessage = () => undefined;
  },
  'without what combines and times abort signals': () => {
    for (const name of ['timeout', 'any'])
      Object.defineProperty(AbortSignal, name, { value: undefined, configurable: true });
  },
  'whose fetch heeds no abort signal': () => {
    const real = fetch;
    window.fetch = (url, init) => real(url, { ...init, signal: null });
  },
  'whose storage may not be touched': () => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
  },
  'that does not say whether it is looked at': () => {
    for (const name of ['visibilityState', 'hidden', 'hasFocus'])
      Object.defineProperty(document, name, { value: undefined });
  },
  'that refuses to say whether it is looked at': refuseLooks,
};

/** What comes in the place of a stream, from an extension, a service worker or a proxy; for pages that poll. */
const BROKEN_STREAMS: Record<string, (answer: Response, never: Promise<never>) => unknown> = {
  'whose answers have no bodies to read': (answer) => Object.defineProperty(answer, 'body', { value: null }),
  'whose bodies have no readers': (answer) =>
    Object.defineProperty(answer, 'body', { value: { locked: false } }),
  'whose bodies are read by something else': (answer) => {
    answer.body?.getReader();
    return answer;
  },
  'whose streams never begin': (_, never) => never,
  'whose streams bring nothing': () =>
    new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
  'whose streams bring nothing but comments': () =>
    new Response(new Blob([': ok\n\n']).stream(), { headers: { 'content-type': 'text/event-stream' } }),
  'whose streams end at once': () => new Response('', { headers: { 'content-type': 'text/event-stream' } }),
  'whose streams are pages': () =>
    new Response('<p>Sign in to the network</p>', { headers: { 'content-type': 'text/html' } }),
  'whose streams fail': () => Promise.reject(new TypeError('Failed to fetch')),
};

describeInBrowser('a bell in a browser', () => {
  let site: Site;
  let browser: Browser;
  let users = 0;

  beforeAll(async () => {
    [site, browser] = await Promise.all([
      Site.start(),
      launch([
        `--host-resolver-rules=MAP ${INTRANET} 127.0.0.1`,
        // The page comes from the test and the API from this machine: on a home server both come from one address.
        '--disable-features=BlockInsecurePrivateNetworkRequests,LocalNetworkAccessChecks',
      ]),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  const post = (user: string, title: string): Promise<unknown> =>
    site.app.post({ type: 'job_completed', user_ids: [user], title });

  const shown = async (pages: Page[], title: string): Promise<number> => {
    const counts = pages.map((page) => toasts(page).filter({ hasText: title }).count());
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };
  const statusOf = (page: Page): Promise<string | undefined> =>
    page.locator('carillon-bell').evaluate((element: CarillonBellElement) => element.store?.state.status);
  /** Two tabs agree with the server on the count, as it changes, also when one of them has gone. */
  const countsAndToasts = async (
    context: BrowserContext,
    user: string,
    open: () => Promise<Page>,
  ): Promise<void> => {
    await post(user, 'before');
    const first = await open();
    await expectUnread(first, 1);
    const second = await open();
    await expectUnread(second, 1);
    await post(user, 'with both');
    for (const page of [first, second]) await expectUnread(page, 2);
    await until(async () => (await shown([first, second], 'with both')) > 0, 'a toast shows in a tab');
    await first.close();
    await post(user, 'with one');
    await expectUnread(second, 3);
    await until(async () => (await shown([second], 'with one')) > 0, 'a toast shows in the tab that is left');
    await context.close();
    expect(site.complaints.splice(0)).toEqual([]);
  };

  it.each(Object.entries(REFUSALS))('%s counts and toasts as everywhere', async (_, refuse) => {
    const user = `refused-${(users += 1)}`;
    const context = await site.signIn(browser, user);
    await context.addInitScript(refuse);
    await countsAndToasts(context, user, async () => live(await site.open(context)));
  });

  it('that refuses to say whether it is looked at has toasts that leave by themselves', async () => {
    const user = `refused-${(users += 1)}`;
    const context = await site.signIn(browser, user);
    await context.addInitScript(refuseLooks);
    const page = await live(await site.open(context));
    await page
      .locator('carillon-toasts')
      .evaluate((element: HTMLElementTagNameMap['carillon-toasts']) => (element.duration = 1_000));
    await post(user, 'for a while');
    await until(async () => (await shown([page], 'for a while')) > 0, 'it shows');
    await until(async () => (await shown([page], 'for a while')) === 0, 'it leaves');
    await context.close();
    expect(site.complaints.splice(0)).toEqual([]);
  });

  it('with none of all this counts and toasts as everywhere', async () => {
    const user = `refused-${(users += 1)}`;
    const context = await site.signIn(browser, user);
    for (const refuse of Object.values(REFUSALS))
      await context.addInitScript(`try { (${String(refuse)})(); } catch {}`);
    await countsAndToasts(context, user, async () => live(await site.open(context)));
  });

  it('on plain http counts and toasts as everywhere', async () => {
    const user = `plain-${(users += 1)}`;
    const context = await site.signIn(browser, user);
    const url = site.url.replace('127.0.0.1', INTRANET);
    const [cookie] = await context.cookies();
    await context.addCookies([{ name: cookie!.name, value: cookie!.value, url }]);
    await site.serve(context, url);
    await countsAndToasts(context, user, async () => {
      const page = await site.open(context, '/page/', url);
      expect(await page.evaluate(() => isSecureContext)).toBe(false);
      return live(page);
    });
  });

  it.each(Object.entries(BROKEN_STREAMS))('%s counts and toasts by polling', async (_, replace) => {
    const user = `unstreamed-${(users += 1)}`;
    const context = await site.signIn(browser, user);
    await context.addInitScript(`{
      const real = fetch;
      const never = new Promise(() => undefined);
      window.fetch = async (url, init) => {
        const answer = await real(url, init);
        return url.endsWith('/stream') ? (${String(replace)})(answer, never) : answer;
      };
    }`);
    await countsAndToasts(context, user, async () => {
      const page = await site.open(context);
      await pollEvery(page, 300);
      // What came before the first look is not new to it.
      await until(async () => (await statusOf(page)) === 'polling', 'the page polls');
      return page;
    });
  });
});
