import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { bell, expectUnread, live, rows, type Site, toasts, until } from './support/site.js';

/** What an old browser lacks, or a careful one refuses, as a script that runs before the page's. */
const MISSING: Record<string, () => void> = {
  'no popovers': () => {
    for (const name of ['popover', 'showPopover', 'hidePopover', 'togglePopover'])
      Reflect.deleteProperty(HTMLElement.prototype, name);
    const { matches } = Element.prototype;
    const refusing = function (this: Element, selector: string): boolean {
      if (/popover-open|:modal/.test(selector)) throw new DOMException(selector, 'SyntaxError');
      return matches.call(this, selector);
    };
    Object.defineProperty(Element.prototype, 'matches', { value: refusing });
  },
  'popovers that throw': () => {
    HTMLElement.prototype.showPopover = HTMLElement.prototype.hidePopover = () => {
      throw new DOMException('refused', 'NotSupportedError');
    };
  },
  'no shared style sheets': () => {
    Reflect.deleteProperty(Document.prototype, 'adoptedStyleSheets');
    Reflect.deleteProperty(ShadowRoot.prototype, 'adoptedStyleSheets');
    Reflect.deleteProperty(window, 'CSSStyleSheet');
  },
  'style sheets that throw': () => {
    Object.defineProperty(ShadowRoot.prototype, 'adoptedStyleSheets', {
      set() {
        throw new DOMException('refused', 'NotAllowedError');
      },
    });
  },
  'no dialogs': () => {
    for (const name of ['show', 'showModal', 'close', 'open'])
      Reflect.deleteProperty(HTMLDialogElement.prototype, name);
    Reflect.deleteProperty(window, 'HTMLDialogElement');
  },
  'no observers': () => {
    for (const name of ['IntersectionObserver', 'ResizeObserver']) Reflect.deleteProperty(window, name);
  },
  'observers that throw': () => {
    window.IntersectionObserver = class {
      constructor() {
        throw new TypeError('refused');
      }
    } as unknown as typeof IntersectionObserver;
  },
  'no Intl': () => Object.defineProperty(window, 'Intl', { value: undefined }),
  'an Intl whose parts throw': () => {
    for (const name of Object.getOwnPropertyNames(Intl)) {
      const value = (): never => {
        throw new RangeError(name);
      };
      Object.defineProperty(Intl, name, { value });
    }
  },
  'no matchMedia, element internals, animations, scrolling, CSS or language': () => {
    for (const name of ['matchMedia', 'ElementInternals', 'CSS']) Reflect.deleteProperty(window, name);
    for (const name of ['animate', 'getAnimations', 'scrollIntoView', 'scrollTo', 'checkVisibility'])
      Reflect.deleteProperty(Element.prototype, name);
    Reflect.deleteProperty(HTMLElement.prototype, 'attachInternals');
    Object.defineProperty(Navigator.prototype, 'language', { value: undefined });
  },
};

describeInBrowser('where something is missing', () => {
  let site: Site;
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });
  beforeEach(() => {
    site.complaints.length = 0;
  });

  const open = async (break_: () => void, options: BrowserContextOptions = {}): Promise<Page> => {
    // Style elements are what the policy of a strict page refuses.
    const context = await browsing.signIn(browsing.user, { ...options, bypassCSP: true });
    await context.addInitScript(break_);
    return site.open(context);
  };
  const post = (title: string): Promise<{ id: string }> =>
    site.app.post({ type: 'job_failed', user_ids: [browsing.user], title });

  it.each(Object.entries(MISSING))('the elements work: %s', async (_name, break_) => {
    for (let index = 0; index < 25; index += 1) await post(`event ${index}`);
    const page = await live(await open(break_));
    await expectUnread(page, 25);
    await post('a toast');
    await toasts(page).filter({ hasText: 'a toast' }).locator('button').click();
    await toasts(page).waitFor({ state: 'detached' });

    await bell(page).click();
    await rows(page).nth(19).waitFor();
    // It looks like a panel.
    const panel = page.locator('carillon-bell .panel');
    const look = await panel.evaluate((one) => {
      const { position, display, backgroundColor } = getComputedStyle(one);
      return [position, display, backgroundColor];
    });
    expect(look).toEqual(['fixed', 'flex', 'rgb(255, 255, 255)']);
    expect(await rows(page).first().locator('time').textContent()).not.toBe('');
    await page.locator('carillon-panel .more button').click();
    await rows(page).nth(25).waitFor();
    await rows(page).first().locator('.main').click();
    await expectUnread(page, 25);
    await rows(page).nth(1).locator('.bin').click();
    await expectUnread(page, 24);
    await page.locator('carillon-panel .undo').click();
    await expectUnread(page, 25);
    await page.keyboard.press('Home');

    const ask = page.locator('carillon-panel .delete-read');
    const dialog = page.locator('carillon-panel dialog.confirm');
    expect(await dialog.isVisible()).toBe(false);
    await ask.click();
    await dialog.getByText('Cancel').click();
    await dialog.waitFor({ state: 'hidden' });
    await ask.click();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await panel.isVisible()).toBe(true);
    await ask.click();
    await dialog.locator('.danger').click();
    await dialog.waitFor({ state: 'hidden' });
    await until(async () => (await rows(page).count()) === 25, 'the read one is deleted');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(site.complaints).toEqual([]);
  });

  it('webhooks are managed without dialogs', async () => {
    const page = await live(await open(MISSING['no dialogs'] ?? (() => undefined)));
    await page.evaluate(() => {
      const element = document.createElement('carillon-webhooks');
      element.setAttribute('base-url', '/v1');
      document.querySelector('main')?.append(element);
    });
    await page.locator('carillon-webhooks .add').click();
    await page.getByLabel('Name').fill('My server');
    await page.getByLabel('URL').fill('https://hooks.example.com/carillon');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'My server' }).waitFor();
    await page.locator('carillon-webhooks dialog.form').waitFor({ state: 'hidden' });
    expect(site.complaints).toEqual([]);
  });

  it('a page whose browser knows no elements keeps working', async () => {
    const page = await open(() => Object.defineProperty(window, 'customElements', { value: undefined }));
    const made = page.evaluate(async () => {
      const { createClient } = await import('/page/element.js' as string);
      return (await createClient({ baseUrl: '/v1' }).inbox.list()).notifications;
    });
    expect(await made).toEqual([]);
    expect(site.complaints).toEqual([]);
  });

  it('leaves the elements of another copy of the script, and of another library, alone', async () => {
    const page = await open(() => {
      customElements.define('carillon-preferences', class extends HTMLElement {});
      // Found taken only when it is too late, as by a registry that answers for a part of the page.
      const { get } = CustomElementRegistry.prototype;
      CustomElementRegistry.prototype.get = function (name) {
        return name === 'carillon-preferences' ? undefined : get.call(this, name);
      };
    });
    await live(page);
    await page.evaluate(() => import('/page/element.js?again' as string));
    await post('one');
    await expectUnread(page, 1);
    await page.evaluate(() =>
      document.querySelector('main')?.append(document.createElement('carillon-webhooks')),
    );
    await page.getByText('Add webhook').waitFor();
    expect(site.complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'has colours where CSS has no light-dark(): %s',
    async (colorScheme) => {
      const context = await browsing.signIn(browsing.user, { colorScheme });
      await context.route('**/page/bell.js', async (route) => {
        const response = await route.fetch({ url: `${site.url}/carillon/bell.js` });
        await route.fulfill({ response, body: (await response.text()).replaceAll('light-dark', 'unknown') });
      });
      const page = await live(await site.open(context));
      await bell(page).click();
      const colour = (): Promise<string> =>
        page.locator('carillon-bell .panel').evaluate((panel) => getComputedStyle(panel).backgroundColor);
      const [bright, dim] = ['rgb(255, 255, 255)', 'rgb(22, 24, 29)'];
      expect(await colour()).toBe(colorScheme === 'light' ? bright : dim);
      await page.locator('carillon-bell').evaluate((element) => element.setAttribute('theme', 'dark'));
      await until(async () => (await colour()) === dim, 'dark by the attribute');
      await page.locator('carillon-bell').evaluate((element) => element.setAttribute('theme', 'light'));
      await until(async () => (await colour()) === bright, 'light by the attribute');
    },
  );

  it('keeps its looks in another document, as in a window of its own', async () => {
    const page = await open(() => undefined);
    await live(page);
    await bell(page).click();
    const look = await page.evaluate(() => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const element = document.querySelector('carillon-bell');
      if (element) frame.contentDocument?.body.append(element);
      const button = element?.shadowRoot?.querySelector('.bell');
      return button && frame.contentWindow?.getComputedStyle(button).borderRadius;
    });
    expect(look).toBe('12px');
  });
});
