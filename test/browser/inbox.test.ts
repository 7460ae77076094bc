import { beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { faults } from './support/axe.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus } from './support/focus.js';
import { inboxOf, type Row } from './support/inbox.js';
import { live, type Site, until } from './support/site.js';

/** As many as one page of the server has. */
const MANY = 200;

describeInBrowser('the inbox in full size', () => {
  let site: Site;
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });

  const { post, listed, has } = inboxOf(browsing);
  const postMany = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) await post(`event ${index}`);
  };
  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browsing.signIn(browsing.user, { reducedMotion: 'reduce', ...options });
    return live(await site.open(context, '/page/inbox'), 'carillon-inbox');
  };
  const rows = (page: Page): Locator => page.locator('carillon-inbox li[data-id]');
  const shows = (page: Page, count: number): Promise<void> =>
    until(async () => (await rows(page).count()) === count, `${count} rows`);
  const selected = (page: Page): Promise<string[]> =>
    page.locator('carillon-inbox li.selected .title').allTextContents();
  const expectSelected = async (page: Page, ...titles: string[]): Promise<void> => {
    let last: string[] = [];
    const agrees = async (): Promise<boolean> => {
      last = (await selected(page)).map((title) => title.replace('Unread: ', ''));
      return last.join() === titles.join();
    };
    await until(agrees, titles.join()).catch(() => {
      throw new Error(`selected: ${last.join() || 'none'}, not ${titles.join() || 'none'}`);
    });
  };
  const hasUnread = async (count: number, page?: Page): Promise<void> => {
    await until(async () => (await site.unreadOf(browsing.user)) === count, `${count} unread`);
    const unread = page?.locator('carillon-inbox li.unread');
    if (unread) await until(async () => (await unread.count()) === count, `${count} unread in the page`);
  };
  const tab = (page: Page, name: RegExp | string): Promise<void> =>
    page.locator('carillon-inbox .tabs').getByRole('button', { name }).click();

  it('does everything by keyboard alone, to one and to many, and undoes each', async () => {
    await postMany(5);
    const page = await open();
    await shows(page, 5);
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    // It has the focus from the start.
    await press('j');
    await expectFocus(page, /^Unread: event 4/);
    await press('j', 'k', 'x', 'Shift+J', 'Shift+ArrowDown');
    await expectSelected(page, 'event 4', 'event 3', 'event 2');
    await press('e');
    await has('archived', 3);
    await shows(page, 2);
    await expectSelected(page);
    await expectFocus(page, /^Unread: event 1/);
    await press('z');
    await has('archived', 0);
    await hasUnread(5);
    await shows(page, 5);

    await press('Control+a');
    await expectSelected(page, 'event 4', 'event 3', 'event 2', 'event 1', 'event 0');
    await press('Escape');
    await expectSelected(page);
    await press('Control+a', 'u');
    await hasUnread(0, page);
    await press('u');
    await hasUnread(5, page);
    await press('z');
    await hasUnread(0, page);
    await press('z');
    await hasUnread(5, page);
    await press('h');
    await expectFocus(page, /^(Later today|Tomorrow)/);
    await press('Enter');
    await has('snoozed', 5);
    await press('z');
    await has('snoozed', 0);
    await shows(page, 5);
    await hasUnread(5);

    await press('Escape', 'Home', '#');
    await has('inbox', 4);
    await press('z');
    await has('inbox', 5);
    await press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await press('Escape');
    await page.locator('dialog.help[open]').waitFor({ state: 'detached' });

    // The other lists, and out of them.
    await press('Home', 'e');
    await has('archived', 1);
    await page.locator('carillon-inbox .tabs button').nth(2).focus();
    await press('Enter');
    await shows(page, 1);
    await press('j', 'e');
    await has('archived', 0);
    await page.getByText('The archive is empty').waitFor();
    await press('z');
    await has('archived', 1);
    await shows(page, 1);
    expect(site.complaints).toEqual([]);
  }, 120_000);

  /** By the button at the end. */
  const showAll = (page: Page): Promise<void> => {
    const more = page.locator('carillon-inbox .more button');
    return until(async () => {
      await more.click({ timeout: 500 }).catch(() => undefined);
      return (await rows(page).count()) === MANY;
    }, `${MANY} rows`);
  };

  /** @returns how often the list was drawn since, and how many frames there were */
  const countDrawing = async (page: Page): Promise<() => Promise<{ frames: number; drawings: number }>> => {
    await page.locator('carillon-inbox').evaluate((element) => {
      const list = element as HTMLElement & { performUpdate(): void; counted: Record<string, number> };
      const counted = { frames: 0, drawings: 0 };
      const draw = list.performUpdate.bind(list);
      list.counted = counted;
      list.performUpdate = () => {
        counted.drawings += 1;
        draw();
      };
      const frame = (): void => {
        counted.frames += 1;
        requestAnimationFrame(frame);
      };
      frame();
    });
    return () =>
      page
        .locator('carillon-inbox')
        .evaluate(
          (element) => (element as HTMLElement & { counted: { frames: number; drawings: number } }).counted,
        );
  };

  it('does to two hundred at once what is done to one, with few requests at a time', async () => {
    await Promise.all(Array.from({ length: MANY }, (_, index) => post(`event ${index}`)));
    const page = await open();
    await showAll(page);
    let now = 0;
    let most = 0;
    const count = (by: number) => (request: { method(): string }) => {
      if (request.method() !== 'PATCH') return;
      now += by;
      most = Math.max(most, now);
    };
    page.on('request', count(1));
    page.on('requestfinished', count(-1));
    page.on('requestfailed', count(-1));
    await page.locator('carillon-inbox .all').check();
    await page.getByText('200 selected').waitFor();
    const drawn = await countDrawing(page);
    await page.locator('.archive-all').click();
    await page.locator('.undo-bar progress').waitFor();
    await shows(page, 0);
    await has('archived', MANY);
    await page.locator('.undo-bar progress').waitFor({ state: 'detached' });
    await hasUnread(0);
    await page.locator('.undo-bar').getByText('Archived: 200 notifications').waitFor();
    await page.locator('.undo').click();
    await has('inbox', MANY);
    await hasUnread(MANY);
    await showAll(page);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(6);
    const { frames, drawings } = await drawn();
    expect(drawings).toBeGreaterThan(0);
    // Once for each, and a few for what is pressed, shown and said.
    expect(drawings).toBeLessThan(frames + 30);
    expect(await page.locator('carillon-inbox .notice').count()).toBe(0);
  }, 240_000);

  it('names what it did not work with, keeps it selected, and undoes the rest', async () => {
    await postMany(6);
    const page = await open();
    await shows(page, 6);
    const ids = new Map((await listed('inbox')).map(({ id, title }) => [title, id]));
    const refuse = async (...titles: string[]): Promise<void> => {
      await page.unroute('**/v1/notifications/*');
      await page.route('**/v1/notifications/*', (route) => {
        const url = route.request().url();
        const refused = titles.some((title) => url.endsWith(ids.get(title) ?? 'none'));
        return refused ? route.fulfill({ status: 503, body: '{}' }) : route.fallback();
      });
    };
    await refuse('event 1', 'event 4');
    await page.locator('carillon-inbox .all').check();
    await page.getByLabel('Select: event 5').click();
    await page.locator('.archive-all').click();
    const failed = page.locator('carillon-inbox .notice.failed');
    await failed.getByText('That did not work: event 4, event 1').waitFor();
    await expectSelected(page, 'event 4', 'event 1');
    await has('archived', 3);
    await page.locator('.undo-bar').getByText('Archived: 3 notifications').waitFor();
    expect(await faults(page)).toEqual([]);
    // Again, now that it works: the rest of the same.
    await refuse();
    await page.keyboard.press('e');
    await has('archived', 5);
    await until(async () => (await failed.count()) === 0, 'nothing is said of a failure');

    // An undoing that fails is offered again, for what it failed with.
    await refuse('event 4');
    await page.locator('.undo').click();
    await failed.getByText('That did not work: event 4').waitFor();
    await has('archived', 4);
    await refuse();
    await page.locator('.undo-bar').getByText('Archived: event 4').waitFor();
    await page.locator('.undo').click();
    await has('archived', 3);
    await page.locator('.undo').click();
    await has('inbox', 6);

    // Of many that are refused the first are named.
    await refuse(...ids.keys());
    await page.locator('carillon-inbox .all').check();
    await page.keyboard.press('#');
    await failed.getByText('That did not work: event 5, event 4, event 3, 3 others').waitFor();
    expect(await page.locator('.undo').count()).toBe(0);
    await expectSelected(page, 'event 5', 'event 4', 'event 3', 'event 2', 'event 1', 'event 0');
  });

  it('stays with a row that comes to the top under another id: no key is meant for its neighbour', async () => {
    await post('older', { collapse_key: 'kept' });
    await post('beside');
    const page = await open();
    await shows(page, 2);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expectFocus(page, /^Unread: older/);
    await post('newer', { collapse_key: 'kept' });
    await expectFocus(page, /^Unread: newer/);
    await page.keyboard.press('x');
    await expectSelected(page, 'newer');
    await post('newest', { collapse_key: 'kept' });
    await expectFocus(page, /^Unread: newest/);
    await expectSelected(page, 'newest');
    await page.keyboard.press('e');
    await has('archived', ['newest']);
    await has('inbox', ['beside']);
  });

  it('keeps a selection while others come and go, and drops what another tab has put away', async () => {
    await postMany(4);
    const page = await open();
    const other = await live(await site.open(page.context(), '/page/inbox'), 'carillon-inbox');
    for (const one of [page, other]) await shows(one, 4);
    await page.getByLabel('Select: event 3').click();
    await page.getByLabel('Select: event 1').click({ modifiers: ['Shift'] });
    await expectSelected(page, 'event 3', 'event 2', 'event 1');
    await post('new');
    await shows(page, 5);
    await expectSelected(page, 'event 3', 'event 2', 'event 1');
    await rows(other).filter({ hasText: 'event 2' }).locator('.main').focus();
    await other.keyboard.press('e');
    await shows(page, 4);
    await expectSelected(page, 'event 3', 'event 1');
    await page.locator('.bin-all').click();
    await shows(page, 2);
    // The tools went with what was selected: the focus stays beside them.
    await expectFocus(page, 'Select all');
    await has('archived', 1);
    await has('inbox', 2);
    expect((await listed('inbox')).map(({ title }) => title)).toEqual(['new', 'event 0']);
    // Of the other tab this one takes nothing back.
    await page.locator('.undo').click();
    await has('inbox', 4);
    await has('archived', 1);
    await shows(other, 4);
  });

  it('shows nothing of a former user, and undoes nothing of theirs', async () => {
    await postMany(3);
    const page = await open();
    await shows(page, 3);
    await page.getByLabel('Select: event 2').click();
    await page.getByLabel('Delete: event 0').click({ force: true });
    await page.locator('.undo').waitFor();
    await has('inbox', 2);
    const next = `${browsing.user}-next`;
    await site.app.post({ type: 'quota_warning', user_ids: [next], title: 'of the next' });
    await site.setCookie(page.context(), next);
    await page
      .locator('carillon-inbox')
      .evaluate((element) =>
        (element as HTMLElement & { store: { refresh(): Promise<void> } }).store.refresh(),
      );
    await until(
      async () => (await rows(page).locator('.title').allTextContents()).join() === 'Unread: of the next',
      'the next user’s row alone',
    );
    await expectSelected(page);
    expect(await page.locator('.undo').count()).toBe(0);
    await page.locator('carillon-inbox .main').focus();
    await page.keyboard.press('z');
    expect(await page.locator('carillon-inbox .notice').count()).toBe(0);
    await has('inbox', 2);
  });

  it('stands by day, in the zone that the browser is in', async () => {
    await postMany(4);
    const context = await browsing.signIn(browsing.user, { timezoneId: 'Pacific/Auckland' });
    await context.route('**/v1/notifications?*', async (route) => {
      const headers = { ...route.request().headers(), 'if-none-match': '' };
      const response = await route.fetch({ headers });
      const body = (await response.json()) as { notifications: Row[] };
      body.notifications.forEach((row, index) => {
        const days = [0, 1, 1, 400][index] ?? 0;
        row.created_at = new Date(Date.parse(row.created_at) - days * 86_400_000).toISOString();
      });
      await route.fulfill({ response, json: body });
    });
    const page = await site.open(context, '/page/inbox');
    await shows(page, 4);
    const days = await page.locator('carillon-inbox .day').allTextContents();
    const old = await page.evaluate(
      (at) => new Intl.DateTimeFormat('en', { dateStyle: 'full' }).format(new Date(at)),
      Date.now() - 400 * 86_400_000,
    );
    expect(days).toEqual(['Today', 'Yesterday', old]);
    expect(await page.locator('carillon-inbox ul').nth(1).locator('li').count()).toBe(2);
  });

  it('loads more, and takes new ones in, without a jump', async () => {
    await postMany(60);
    const page = await open({ viewport: { width: 900, height: 600 } });
    await rows(page).nth(19).waitFor();
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, 1_500);
    await rows(page).nth(39).waitFor();
    const row = rows(page).filter({ hasText: 'event 30' });
    await row.scrollIntoViewIfNeeded();
    const before = await row.boundingBox();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await post('new');
    await page.getByText('Unread: new', { exact: true }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(height);
    expect(Math.abs(((await row.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThanOrEqual(1);
  });

  it.each([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 320],
    ['dark', 375],
  ] as const)(
    'has no fault that axe finds, and fits: %s, %i px',
    async (colorScheme, width) => {
      await postMany(3);
      const page = await open({ colorScheme, viewport: { width, height: 800 } });
      await shows(page, 3);
      const check = async (what: string): Promise<void> => {
        expect([what, await faults(page)]).toEqual([what, []]);
        const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
        expect([what, scrollWidth]).toEqual([what, clientWidth]);
      };
      await check('a list');
      await page.getByLabel('Select: event 1').click();
      await check('a selection');
      await page.keyboard.press('h');
      await page.locator('dialog.snooze[open]').waitFor();
      await check('a question');
      await page.keyboard.press('Enter');
      await page.locator('.undo').waitFor();
      await check('an offer to undo');
      await tab(page, 'Snoozed');
      await shows(page, 1);
      await check('what is snoozed');
      await tab(page, 'Archived');
      await page.getByText('The archive is empty').waitFor();
      await check('an empty list');
      await page.keyboard.press('?');
      await page.locator('dialog.help[open]').waitFor();
      await check('the keys');
      await page.keyboard.press('Escape');
      await page.route('**/v1/notifications?*', (route) => route.fulfill({ status: 500, body: '{}' }));
      await page.locator('carillon-inbox select').selectOption('job_failed');
      await page.getByText('This could not be loaded.').waitFor();
      await check('an error');
      await page.getByRole('button', { name: 'Notification preferences' }).click();
      await page.getByRole('switch').first().waitFor();
      await check('the preferences');
      await page.locator('carillon-inbox .back').click();
      await expectFocus(page, 'Notification preferences');
      for (const lang of ['fr', 'en']) {
        await page
          .locator('carillon-inbox')
          .evaluate((element: HTMLElement, one) => (element.lang = one), lang);
        await check(lang);
      }
      await page.locator('html').evaluate((html: HTMLElement) => (html.dir = 'rtl'));
      await check('right to left');
    },
    120_000,
  );

  it('says from whom and of what kind, and the time at the end, in a column', async () => {
    await post('old');
    await post('by Ann', { actor: { name: 'Ann Lee' } });
    const page = await open({ viewport: { width: 1_280, height: 800 } });
    await shows(page, 2);
    const whens = rows(page).locator('.when');
    const boxes = await Promise.all([0, 1].map((index) => whens.nth(index).boundingBox()));
    expect(boxes[0]?.x).toBe(boxes[1]?.x);
    const [who, kind] = await Promise.all(
      ['.who', '.kind'].map((part) => rows(page).nth(0).locator(part).boundingBox()),
    );
    const ends = [who, kind, boxes[0]].map((box) => (box?.x ?? 0) + (box?.width ?? 0));
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });

  it.each([320, 640, 1_280])(
    'covers no words by what can be done to the row that has the focus: %i px',
    async (width) => {
      await post(
        'A title that is as long as the whole line of a wide screen, and so longer than one of any other screen',
        {
          body: 'A body that is as long as the whole line of a wide screen, and so longer than one of any other screen',
        },
      );
      const page = await open({ viewport: { width, height: 700 } });
      await shows(page, 1);
      await page.keyboard.press('j');
      const row = rows(page).first();
      // Where they would cover all of the last line, they are not there before one of them has the focus.
      const seen = await row.locator('.actions').evaluate((element) => getComputedStyle(element).opacity);
      expect(seen).toBe(width === 320 ? '0' : '1');
      const actions = await row.locator('.actions').boundingBox();
      for (const part of ['.title', '.body']) {
        const words = await row.locator(part).boundingBox();
        const apart =
          (words?.x ?? 0) + (words?.width ?? 0) <= (actions?.x ?? 0) ||
          (words?.y ?? 0) + (words?.height ?? 0) <= (actions?.y ?? 0);
        expect([part, apart]).toEqual([part, true]);
      }
    },
  );

  it.each(['en', 'fr'])('says how many are selected on the narrowest screen, in full (%s)', async (lang) => {
    await postMany(12);
    const page = await open({ viewport: { width: 320, height: 700 } });
    await page.locator('carillon-inbox').evaluate((element: HTMLElement, one) => (element.lang = one), lang);
    await shows(page, 12);
    const tools = page.locator('carillon-inbox .tools');
    // Nothing in the bar is wider than its place, with a selection and without one.
    const cut = (): Promise<string[]> =>
      tools
        .locator('> *, .only')
        .evaluateAll((elements) =>
          elements.filter((one) => one.scrollWidth > one.clientWidth).map(({ className }) => className),
        );
    expect(await cut()).toEqual([]);
    await page.keyboard.press('Control+a');
    await page.locator('carillon-inbox li.selected').nth(11).waitFor();
    expect(await cut()).toEqual([]);
    const lines = await tools.locator('.chosen').evaluate((element) => {
      const text = document.createRange();
      text.selectNodeContents(element);
      return new Set([...text.getClientRects()].map(({ top }) => top)).size;
    });
    expect(lines).toBeLessThanOrEqual(2);
  });

  it.each([320, 640])(
    'covers no title by the ring around a button, nor that ring by the next row: %i px',
    async (width) => {
      await postMany(2);
      const page = await open({ viewport: { width, height: 700 } });
      await shows(page, 2);
      await page.keyboard.press('j');
      await page.keyboard.press('Tab');
      await expectFocus(page, 'Mark as read: event 1');
      const row = rows(page).first();
      const ring = await row.locator('.toggle').evaluate((button) => {
        const { top, bottom } = button.getBoundingClientRect();
        const { outlineOffset, outlineWidth } = getComputedStyle(button);
        const beyond = parseFloat(outlineOffset) + parseFloat(outlineWidth);
        return { top: top - beyond, bottom: bottom + beyond };
      });
      const [title, whole] = await Promise.all([row.locator('.title').boundingBox(), row.boundingBox()]);
      expect(ring.top).toBeGreaterThanOrEqual((title?.y ?? 0) + (title?.height ?? 0));
      expect(ring.bottom).toBeLessThanOrEqual((whole?.y ?? 0) + (whole?.height ?? 0));
    },
  );

  it('says when there is no connection, keeps what it shows, and goes on', async () => {
    await postMany(2);
    const page = await open();
    await shows(page, 2);
    await page.context().setOffline(true);
    site.cut();
    await page.getByText('No connection').waitFor();
    expect(await rows(page).count()).toBe(2);
    await page.locator('carillon-inbox .main').first().focus();
    await page.keyboard.press('e');
    await page.getByText('That did not work').waitFor();
    await shows(page, 2);
    expect(await page.locator('.undo').count()).toBe(0);
    await page.context().setOffline(false);
    await until(
      async () =>
        (await page.locator('carillon-inbox .notice').count()) === 0 ||
        (await page.getByText('No connection').count()) === 0,
      'it is back',
    );
    await page.keyboard.press('e');
    await has('archived', 1);
  });
});
