import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus } from './support/focus.js';
import { bell, expectUnread, live, rows, Site, until } from './support/site.js';

const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 720 },
  isMobile: true,
  hasTouch: true,
  reducedMotion: 'reduce',
};
const DESKTOP: BrowserContextOptions = { reducedMotion: 'reduce' };

/** What the panel, the preferences and the webhook form say and show, and when. */
describeInBrowser('the panel', () => {
  let site: Site;
  let user: string;
  let users = 0;

  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });
  beforeEach(() => {
    users += 1;
    user = `user-${users}`;
  });

  const post = (title: string): Promise<{ id: string }> =>
    site.app.post({ type: 'quota_warning', user_ids: [user], title });
  /** The page with its panel open. */
  const open = async (
    options: BrowserContextOptions,
    attributes: Record<string, string> = {},
  ): Promise<Page> => {
    const context = await browsing.signIn(user, options);
    const page = await live(await site.open(context));
    await page.locator('carillon-bell').evaluate((element, given) => {
      for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
    }, attributes);
    await bell(page).click();
    await page.locator('carillon-panel .delete-read').waitFor();
    return page;
  };
  const opacity = (locator: Locator): Promise<string> =>
    locator.evaluate((element) => getComputedStyle(element).opacity);
  const heightOf = async (locator: Locator): Promise<number> => (await locator.boundingBox())?.height ?? 0;

  it('shows what can be done to a row when it is pointed at, or reached by keyboard', async () => {
    for (const title of ['first', 'second']) await post(title);
    const page = await open(DESKTOP);
    await rows(page).nth(1).waitFor();
    const actions = rows(page).nth(1).locator('.actions');
    expect(await opacity(actions)).toBe('0');
    await rows(page).nth(1).hover();
    expect(await opacity(actions)).toBe('1');
    await page.mouse.move(2, 2);
    expect(await opacity(actions)).toBe('0');
    await rows(page).nth(1).locator('.main').focus();
    expect(await opacity(actions)).toBe('1');
    await page.keyboard.press('Tab');
    await expectFocus(page, 'Mark as read: first');
    await page.keyboard.press('Enter');
    await expectUnread(page, 1);
    expect(await rows(page).locator('.actions-toggle:visible').count()).toBe(0);
  });

  it('shows it on a touch screen behind one button a row, in words', async () => {
    for (const title of ['first', 'second']) await post(title);
    const page = await open(PHONE);
    await rows(page).nth(1).waitFor();
    const row = rows(page).nth(0);
    expect(await page.locator('carillon-panel .actions:visible').count()).toBe(0);
    const menu = row.getByRole('button', { name: 'Actions: second' });
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    await menu.tap();
    expect(await menu.getAttribute('aria-expanded')).toBe('true');
    expect(await page.locator('carillon-panel .actions:visible').count()).toBe(1);
    await row.getByText('Mark as read', { exact: true }).tap();
    await expectUnread(page, 1);
    await until(
      async () => (await page.locator('carillon-panel .actions:visible').count()) === 0,
      'it closes',
    );
    // The button that was pressed is gone: the row has the focus.
    await expectFocus(page, /^second/);
    await menu.tap();
    await row.getByText('Delete', { exact: true }).tap();
    await until(async () => (await rows(page).count()) === 1, 'it is deleted');
  });

  it.each(['en', 'fr'])('leaves a phone’s screen to the list (%s)', async (lang) => {
    for (let index = 0; index < 12; index += 1) await post(`event ${index}`);
    const page = await open({ ...PHONE, viewport: { width: 320, height: 640 } }, { lang });
    await rows(page).nth(11).waitFor();
    const header = await heightOf(page.locator('carillon-panel .top'));
    // Two lines of what a finger can hit, of a sheet that takes most of the screen.
    expect(header).toBeLessThan(100);
    expect(header).toBeLessThan((await heightOf(page.locator('carillon-bell .panel'))) / 5);
    const { scroll, client } = await page
      .locator('carillon-panel .top')
      .evaluate(({ scrollWidth: scroll, clientWidth: client }) => ({ scroll, client }));
    expect(scroll).toBe(client);
  });

  it('shows the ring around what has the focus in full on the narrowest screen', async () => {
    await post('event');
    const page = await open({ ...DESKTOP, viewport: { width: 320, height: 640 } });
    const panel = await page.locator('carillon-bell .panel').boundingBox();
    for (const name of ['Mark all as read', 'Notification preferences', 'Close', 'All']) {
      await page.keyboard.press('Tab');
      await expectFocus(page, name);
      const ring = await page.locator('carillon-panel .top :focus').evaluate((element) => {
        const { left, top } = element.getBoundingClientRect();
        const { outlineOffset, outlineWidth } = getComputedStyle(element);
        const beyond = parseFloat(outlineOffset) + parseFloat(outlineWidth);
        return { left: left - beyond, top: top - beyond };
      });
      expect(ring.left).toBeGreaterThanOrEqual(panel?.x ?? 0);
      expect(ring.top).toBeGreaterThanOrEqual(panel?.y ?? 0);
    }
  });

  it('offers to delete what is read only when something is', async () => {
    const page = await open(DESKTOP);
    const button = page.locator('carillon-panel .delete-read');
    const looks = (): Promise<string> => button.evaluate((one) => getComputedStyle(one).opacity);
    const isOff = async (off: boolean): Promise<void> => {
      await until(async () => (await button.getAttribute('aria-disabled')) === String(off), `off: ${off}`);
      await until(async () => ((await looks()) === '1') !== off, `it looks off: ${off}`);
    };
    await isOff(true);
    await button.click({ force: true });
    expect(await page.locator('carillon-panel dialog[open]').count()).toBe(0);
    await post('unread');
    await rows(page).first().waitFor();
    await isOff(true);
    await page.locator('carillon-panel .mark-all').click();
    await isOff(false);
    await button.click();
    await page.locator('carillon-panel dialog[open] .danger').click();
    await until(async () => (await rows(page).count()) === 0, 'it is deleted');
    await isOff(true);
    await page.locator('.undo-bar').getByText('Deleted: unread').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await rows(page).first().waitFor();
    await isOff(false);
  });

  it.each([
    ['a desktop', DESKTOP],
    ['a phone', PHONE],
  ])('leads to the preferences and back on %s', async (_, options) => {
    await post('event');
    const page = await open(options);
    await page.getByRole('button', { name: 'Notification preferences' }).click();
    const preferences = page.locator('carillon-panel carillon-preferences');
    const toast = preferences.getByRole('switch', { name: 'Job failed: Toast' });
    await toast.waitFor();
    await expectFocus(page, 'Notifications');
    await preferences.getByText('When a job fails').waitFor();
    await Promise.all([
      page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()),
      toast.uncheck(),
    ]);
    await page.locator('carillon-panel .back').click();
    await rows(page).first().waitFor();
    await expectFocus(page, 'Notification preferences');
    expect(site.complaints).toEqual([]);
  });

  it('leads to the application’s own pages where it names them', async () => {
    await post('event');
    const page = await open(DESKTOP, { 'preferences-href': '/settings#n', 'inbox-href': '/inbox' });
    await page.evaluate(() => {
      document.addEventListener('carillon-navigate', (event) => {
        event.preventDefault();
        document.title += ` ${new URL(event.detail.href).pathname}`;
      });
    });
    const before = await page.title();
    await page.getByRole('link', { name: 'See all' }).click();
    // An application that goes there itself has shown something else.
    await page.locator('carillon-panel').waitFor({ state: 'detached' });
    await bell(page).click();
    await page.getByRole('link', { name: 'Notification preferences' }).click();
    await page.locator('carillon-panel').waitFor({ state: 'detached' });
    expect(await page.title()).toBe(`${before} /inbox /settings`);
    expect(new URL(page.url()).pathname).toBe('/page/');
    // Without the application's doing, they are links.
    const other = await open(DESKTOP, { 'preferences-href': '', 'inbox-href': '/page/?own' });
    expect(await other.locator('.to-preferences').count()).toBe(0);
    await other.getByRole('link', { name: 'See all' }).click();
    await other.waitForURL('**/page/?own');
  });

  it('says what each kind of notification is, and what each kind of webhook does', async () => {
    const page = await open(DESKTOP);
    await page.keyboard.press('Escape');
    for (const name of ['carillon-preferences', 'carillon-webhooks'])
      await page.evaluate((tag) => {
        const element = document.createElement(tag);
        element.setAttribute('base-url', '/v1');
        document.querySelector('main')?.append(element);
      }, name);
    const types = (await site.app.as(user).get('/v1/notification-types').expect(200)).body as {
      types: { key: string; description: string }[];
    };
    await page.getByRole('switch').first().waitFor();
    const tables = (await page.locator('carillon-preferences tbody').allTextContents()).join();
    for (const { description } of types.types) expect(tables).toContain(description);
    await page.locator('carillon-webhooks .add').click();
    const form = page.locator('carillon-webhooks dialog.form');
    const said = new Set<string>();
    for (const kind of await form.locator('[name=kind] option').allTextContents()) {
      expect(kind).not.toContain('Standard');
      await form.getByLabel('Service').selectOption(kind);
      said.add((await form.locator('.hint').textContent()) ?? '');
    }
    expect(said.size).toBe(4);
  });
});
