import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { describeInBrowser, launch } from './support/chromium.js';
import { expectFocus } from './support/focus.js';
import { bell, live, rows, Site, toasts, until } from './support/site.js';

describeInBrowser('what a page puts in front of everything', () => {
  let site: Site;
  let browser: Browser;
  let user: string;
  let users = 0;
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    [site, browser] = await Promise.all([Site.start(), launch()]);
  }, 120_000);
  beforeEach(async () => {
    await context?.close();
    users += 1;
    user = `user-${users}`;
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    context = await site.signIn(browser, user, options);
    return live(await site.open(context));
  };
  const post = (title: string): Promise<{ id: string }> =>
    site.app.post({ type: 'job_failed', user_ids: [user], title });
  /** Adds to the page: a dialog that covers all of it, by default. */
  const add = (page: Page, id: string, tag = 'dialog', inside = 'body'): Promise<void> =>
    page.evaluate(
      ([name = '', element = '', parent = '']) => {
        const made = Object.assign(document.createElement(element), { id: name });
        const style = { margin: 0, border: 0, width: '100vw', height: '100vh', background: '#eee' };
        Object.assign(made.style, style, { maxWidth: 'none', maxHeight: 'none' });
        made.append(Object.assign(document.createElement('button'), { textContent: `In ${name}` }));
        document.querySelector(parent)?.append(made);
      },
      [id, tag, inside],
    );
  const showModal = (page: Page, id: string): Promise<void> =>
    page.locator(`#${id}`).evaluate((dialog: HTMLDialogElement) => dialog.showModal());
  const close = (page: Page, id: string): Promise<void> =>
    page.locator(`#${id}`).evaluate((dialog: HTMLDialogElement) => dialog.close());
  /** Waits until these are all the toasts, each in front of everything and in the element, as a script looks for it. */
  const expectToasts = async (page: Page, titles: string[]): Promise<void> => {
    let seen: string[] = [];
    let all = 0;
    const isSo = async (): Promise<boolean> => {
      seen = await page.locator('carillon-toasts').first().evaluate(inFront);
      all = await toasts(page).count();
      return JSON.stringify(seen) === JSON.stringify(titles) && all === titles.length;
    };
    await until(isSo, 'the toasts are in front').catch(() => {
      throw new Error(`in front: ${JSON.stringify(seen)} of ${all}, not ${JSON.stringify(titles)}`);
    });
  };
  /** A real click, which refuses what something else stands in front of. */
  const dismiss = (page: Page, title: string): Promise<void> =>
    page.getByRole('button', { name: `Dismiss: ${title}` }).click();

  it('shows and serves toasts while a modal dialog is open, whichever came first', async () => {
    const page = await open();
    await add(page, 'form');
    await post('before');
    await expectToasts(page, ['before']);
    // As many dialogs do: a click outside of their box closes them.
    await page.locator('#form').evaluate((dialog: HTMLDialogElement) => {
      Object.assign(dialog.style, { width: '300px', height: '200px' });
      dialog.addEventListener('click', ({ clientX, clientY }) => {
        if (clientX > 300 || clientY > 200) dialog.close();
      });
    });
    await showModal(page, 'form');
    await expectToasts(page, ['before']);
    await post('during');
    await expectToasts(page, ['before', 'during']);
    await dismiss(page, 'before');
    await expectToasts(page, ['during']);

    // The keyboard leads there and back, and Escape is for what has the focus.
    await page.keyboard.press('F8');
    await expectFocus(page, 'Dismiss: during');
    await page.keyboard.press('Escape');
    await expectFocus(page, 'In form');
    await expectToasts(page, []);
    expect(await page.locator('#form').evaluate((dialog: HTMLDialogElement) => dialog.open)).toBe(true);
    expect(await page.locator('#form carillon-toasts').count()).toBe(0);
  });

  it('follows dialogs in dialogs, however they go', async () => {
    const page = await open();
    await add(page, 'outer');
    // The inner one stands before the outer one: order in the document says nothing.
    await page.evaluate(() => document.body.prepend(document.createElement('section')));
    await add(page, 'inner', 'dialog', 'section');
    await showModal(page, 'outer');
    await post('one');
    await expectToasts(page, ['one']);
    await showModal(page, 'inner');
    await expectToasts(page, ['one']);
    await post('two');
    await expectToasts(page, ['one', 'two']);
    await dismiss(page, 'one');
    await close(page, 'inner');
    await expectToasts(page, ['two']);
    await post('three');
    await dismiss(page, 'two');
    await expectToasts(page, ['three']);
    // Its content is written anew, with a toast in it; then it goes, open as it is.
    await page.locator('#outer').evaluate((dialog) => (dialog.textContent = 'Done'));
    await expectToasts(page, ['three']);
    await page.locator('#outer').evaluate((dialog) => dialog.remove());
    await expectToasts(page, ['three']);
    await dismiss(page, 'three');
    await expectToasts(page, []);
    expect(site.complaints).toEqual([]);
  });

  it('finds dialogs in shadow roots, those of the elements too', async () => {
    await post('read');
    const page = await open();
    await page.evaluate(() => {
      const host = document.body.appendChild(document.createElement('div'));
      host.id = 'host';
      const root = host.attachShadow({ mode: 'open' });
      const dialog = root.appendChild(document.createElement('dialog'));
      dialog.append(document.createElement('button'));
      dialog.showModal();
    });
    await post('in a shadow root');
    await expectToasts(page, ['in a shadow root']);
    await dismiss(page, 'in a shadow root');
    await page.evaluate(() => document.querySelector('#host')?.remove());

    await bell(page).click();
    await rows(page).nth(1).locator('.main').click();
    await page.locator('carillon-panel .delete-read').click();
    await page.locator('carillon-panel dialog.confirm').waitFor();
    await post('while it asks');
    await expectToasts(page, ['while it asks']);
    await dismiss(page, 'while it asks');
    await page.locator('carillon-panel dialog.confirm .danger').click();
    await until(async () => (await rows(page).count()) === 2, 'the answer was taken');
  });

  it('stands before popovers and fullscreen elements that came later', async () => {
    const page = await open();
    await add(page, 'menu', 'div');
    await add(page, 'film', 'div');
    await post('one');
    await expectToasts(page, ['one']);
    await page.locator('#menu').evaluate((menu: HTMLElement) => {
      menu.popover = 'manual';
      menu.showPopover();
    });
    await expectToasts(page, ['one']);
    await page.locator('#menu').evaluate((menu: HTMLElement) => menu.hidePopover());
    await page.locator('#film').evaluate((film) => film.requestFullscreen());
    await expectToasts(page, ['one']);
    await post('two');
    await expectToasts(page, ['one', 'two']);
    await dismiss(page, 'one');
    await page.evaluate(() => document.exitFullscreen());
    await expectToasts(page, ['two']);
  });

  it.each(['inert', 'aria-hidden'])('is of use where the page makes itself %s', async (name) => {
    const page = await open();
    await page.evaluate((attribute) => {
      const main = document.querySelector('main');
      const section = document.createElement('section');
      section.append(...document.querySelectorAll('carillon-toasts'));
      main?.append(section);
      main?.setAttribute(attribute, 'true');
    }, name);
    await post('one');
    await expectToasts(page, ['one']);
    await page.getByRole('button', { name: 'Dismiss: one' }).waitFor();
    await page.locator('main').evaluate((main, attribute) => main.removeAttribute(attribute), name);
    await expectToasts(page, ['one']);
    await dismiss(page, 'one');
    await expectToasts(page, []);
  });

  it('leaves the element where a framework looks for it', async () => {
    const page = await open();
    await add(page, 'form');
    await showModal(page, 'form');
    await post('one');
    await expectToasts(page, ['one']);
    // As React does it: it throws where the child is not its parent's any more.
    await page.evaluate(() => {
      const [element] = document.querySelectorAll('carillon-toasts');
      if (element) document.body.removeChild(element);
    });
    expect(await page.locator('carillon-toasts').count()).toBe(0);
    expect(site.complaints).toEqual([]);
  });

  it('closes the panel alone by Escape when the bell is in a modal dialog', async () => {
    await post('one');
    const page = await open();
    await add(page, 'form');
    await page.evaluate(() =>
      document.querySelector('#form')?.append(document.querySelector('carillon-bell') ?? ''),
    );
    await showModal(page, 'form');
    await bell(page).click();
    await rows(page).first().waitFor();
    await page.keyboard.press('Escape');
    await rows(page).first().waitFor({ state: 'detached' });
    expect(await page.locator('#form').evaluate((dialog: HTMLDialogElement) => dialog.open)).toBe(true);
    await page.keyboard.press('Escape');
    await page.locator('#form').waitFor({ state: 'hidden' });
  });

  it('leaves out what the open panel shows where there is no room beside it, and shows the rest', async () => {
    const page = await open({ viewport: { width: 390, height: 780 } });
    await post('before');
    await expectToasts(page, ['before']);
    await bell(page).click();
    await rows(page).first().waitFor();
    await expectToasts(page, []);
    await post('listed');
    await until(async () => (await rows(page).count()) === 2, 'it is listed');
    // What comes after it is shown, so that it would have been.
    await site.app
      .as(user)
      .patch('/v1/preferences')
      .send({ types: { job_failed: { in_app: false } } })
      .expect(200);
    await post('not listed');
    await expectToasts(page, ['not listed']);
    await dismiss(page, 'not listed');
    expect(await rows(page).count()).toBe(2);
    expect(await page.locator('carillon-bell').getAttribute('open')).not.toBeNull();
  });
});

/** @returns the titles of the toasts in an element that nothing stands in front of */
function inFront(element: Element): string[] {
  const cards = [...(element.shadowRoot?.querySelectorAll('.toast') ?? [])];
  const seen = cards.filter((card) => {
    const { left, top, width, height } = card.getBoundingClientRect();
    let hit: Element | null | undefined = document.elementFromPoint(left + width / 2, top + height / 2);
    for (let root = hit?.shadowRoot; root && hit !== null; root = hit?.shadowRoot) {
      const inner: Element | null = root.elementFromPoint(left + width / 2, top + height / 2);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit && card.contains(hit);
  });
  return seen.map((card) => card.querySelector('.title')?.textContent?.trim() ?? '');
}
