import { beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { faults } from './support/axe.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus } from './support/focus.js';
import { bell, expectUnread, live, rows, type Site, until } from './support/site.js';

const PICTURES = 'https://pictures.example';
const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#2a7"/></svg>`;
const WIDE = 'W'.repeat(40);

/** Who did it, a picture and what can be done at once, in a page whose policy lets it load pictures from one host. */
describeInBrowser('actions, pictures and who did it', () => {
  let site: Site;
  /** What was asked of the pictures' host: the paths, and what it was told of the page. */
  let asked: string[] = [];
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });

  const post = (more: object): Promise<{ id: string }> =>
    site.app.post({ type: 'quota_warning', user_ids: [browsing.user], title: 'May it go out?', ...more });
  const APPROVE = { id: 'approve', label: 'Approve', style: 'primary' };
  const LOG = { id: 'log', label: 'Open the log', link: '/page/inbox' };
  const ANN = { name: 'Ann Maria Lee', image: `${PICTURES}/ann.svg` };

  async function page(path = '/page/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browsing.signIn(browsing.user, { reducedMotion: 'reduce', ...options });
    asked = [];
    await context.route(/^https:\/\/(pictures|elsewhere)\.example\//, (route) => {
      const url = new URL(route.request().url());
      asked.push(`${url.pathname} ${route.request().headers()['referer'] ?? ''}`.trim());
      if (url.pathname === '/none.svg') return route.fulfill({ status: 404 });
      return route.fulfill({ contentType: 'image/svg+xml', body: PICTURE });
    });
    const opened = await site.open(context, path);
    await live(opened, path === '/page/' ? 'carillon-bell' : 'carillon-inbox');
    if (path === '/page/') await bell(opened).click();
    return opened;
  }
  const shown = async (): Promise<{ read_at: string | null; action: { id: string } | null }> => {
    const { body } = await site.app.as(browsing.user).get('/v1/notifications?view=full');
    return (body as { notifications: [never] }).notifications[0];
  };
  const isLoaded = (image: Locator): Promise<boolean> =>
    image.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth > 0);

  it('are shown, with pictures that are told nothing of the page', async () => {
    await post({ actor: ANN, image: `${PICTURES}/17.svg`, actions: [APPROVE, LOG] });
    const on = await page();
    const row = rows(on).first();
    for (const kind of ['photo', 'picture']) {
      const image = row.locator(`img.${kind}`);
      await until(() => isLoaded(image), `the ${kind} is there`);
      expect(await image.getAttribute('loading')).toBe('lazy');
      expect(await image.getAttribute('alt')).toBe('');
    }
    expect(asked.sort()).toEqual(['/17.svg', '/ann.svg']);
    expect(await row.locator('.meta').innerText()).toMatch(/^Ann Maria Lee · /);
    expect(await row.locator('.offers').innerText()).toMatch(/^Approve\s+Open the log$/);
    expect(await faults(on)).toEqual([]);
    // The page's own styles reach each part through the bell.
    const hidden = await on.locator('carillon-panel').evaluate((panel) => {
      const parts = [...(panel.shadowRoot?.querySelectorAll('[part]') ?? [])].flatMap((one) => [...one.part]);
      const exported = panel.getAttribute('exportparts')?.split(', ') ?? [];
      return parts.filter((part) => !exported.includes(part));
    });
    expect(hidden).toEqual([]);
    // What comes while it is open has them too.
    await post({ title: 'Another', actor: { name: 'Bob' }, actions: [LOG] });
    await rows(on).nth(1).waitFor();
    expect(await row.locator('.face').innerText()).toBe('B');
    expect(await row.locator('.offers').innerText()).toBe('Open the log');
    expect(site.complaints).toEqual([]);
  });

  it('say of how many notifications they are, as they come and loaded anew', async () => {
    const together = { collapse_key: 'comments on 17', actor: ANN };
    await post(together);
    const on = await page();
    const meta = rows(on).first().locator('.meta');
    await meta.waitFor();
    expect(await meta.innerText()).not.toContain('notification');
    for (const count of [2, 3]) {
      await post(together);
      await until(
        async () => (await meta.innerText()).startsWith(`Ann Maria Lee · ${count} notifications · `),
        `it says ${count}`,
      );
    }
    expect(await rows(on).count()).toBe(1);
    await rows(on).first().locator('.archive').click();
    await rows(on).first().waitFor({ state: 'detached' });
    const inbox = await page('/page/inbox', { viewport: { width: 1_280, height: 800 } });
    await inbox.getByRole('button', { name: 'Archived' }).click();
    expect(await inbox.locator('carillon-inbox .meta').innerText()).toMatch(/3 notifications/);
    expect(await faults(inbox)).toEqual([]);
  });

  it('are taken by the keyboard alone, once', async () => {
    await post({ actions: [APPROVE, { id: 'reject', label: 'Reject', style: 'danger' }] });
    const on = await page();
    await rows(on).first().waitFor();
    await on.keyboard.press('j');
    await expectFocus(on, /May it go out/);
    await on.keyboard.press('Tab');
    await expectFocus(on, /^Approve: May it go out/);
    await on.keyboard.press('Enter');
    const taken = rows(on).first().locator('.taken');
    await taken.waitFor();
    expect(await taken.innerText()).toMatch(/Done:\s*Approve/);
    await expectUnread(on, 0);
    await until(async () => (await shown()).action?.id === 'approve', 'the server has it');
    expect(await rows(on).first().locator('.offers').count()).toBe(0);
    await expectFocus(on, /May it go out/);
    expect(await faults(on)).toEqual([]);
    // As it is after loading the page anew.
    const again = await page();
    expect(await rows(again).first().locator('.taken').innerText()).toMatch(/Approve/);
  });

  it('lead where they say, and are recorded, unless the application goes there itself', async () => {
    await post({ actions: [APPROVE, LOG] });
    const on = await page();
    await on.evaluate(() => {
      const heed = (event: GlobalEventHandlersEventMap['carillon-action']): void => {
        event.preventDefault();
        document.title = `${event.detail.action.id} of ${event.detail.notification.title}`;
      };
      document.addEventListener('carillon-action', heed, { once: true });
    });
    const link = rows(on).first().locator('a.offer');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    await link.click();
    await until(async () => (await on.title()) === 'log of May it go out?', 'the application goes there');
    await until(async () => (await shown()).action?.id === 'log', 'it is recorded');
    expect(new URL(on.url()).pathname).toBe('/page/');

    await post({ title: 'Another', actions: [LOG] });
    await Promise.all([on.waitForURL('**/page/inbox'), rows(on).first().locator('a.offer').click()]);
    await until(async () => (await shown()).action?.id === 'log', 'it is recorded on the way');
  });

  it('are taken back, and said to have failed, where the server refuses', async () => {
    await post({ actions: [APPROVE] });
    const on = await page();
    await on.context().route('**/actions/approve', (route) => route.fulfill({ status: 503 }));
    const button = rows(on).first().locator('.offer');
    await button.click();
    await on.locator('carillon-panel .notice.failed').waitFor();
    await button.waitFor();
    expect(await shown()).toMatchObject({ read_at: null });
    expect(await shown()).not.toHaveProperty('action');
  });

  it('have initials where a picture cannot be had', async () => {
    await post({
      actor: { name: 'Ann Maria Lee', image: `${PICTURES}/none.svg` },
      image: `${PICTURES}/none.svg`,
    });
    const on = await page();
    const row = rows(on).first();
    await until(async () => (await row.locator('img[hidden]').count()) === 2, 'both are out of the way');
    expect(await row.locator('.extras').evaluate(({ clientHeight }) => clientHeight)).toBe(0);
    expect(await row.locator('.face').innerText()).toBe('AL');
    // One that the page's policy does not let it load, as where `img-src` does not name the host.
    await post({ title: 'Another', actor: { name: '李小龙', image: 'https://elsewhere.example/a.svg' } });
    await rows(on).nth(1).waitFor();
    await until(async () => (await row.locator('img[hidden]').count()) === 1, 'it is out of the way');
    expect(await row.locator('.face').innerText()).toBe('李');
    expect(asked.filter((path) => path.startsWith('/a.svg'))).toEqual([]);
    expect(site.complaints.splice(0).join()).toContain('elsewhere.example');
  });

  it.each([
    ['/page/', 320],
    ['/page/inbox', 320],
    ['/page/inbox', 1_280],
  ])('fit in %s at %d px, whatever they are called', async (path, width) => {
    const wide = ['a', 'b', 'c'].map((id) => ({ id, label: WIDE, style: 'danger' }));
    await post({
      title: 'Wide',
      actor: { name: WIDE.repeat(5) },
      image: `${PICTURES}/17.svg`,
      actions: wide,
    });
    await post({ title: 'Usual', actor: ANN, actions: [APPROVE, LOG], body: 'All checks have passed.' });
    const on = await page(path, {
      viewport: { width, height: 700 },
      colorScheme: width === 320 ? 'dark' : 'light',
    });
    const list = on.locator(path === '/page/' ? 'carillon-panel' : 'carillon-inbox');
    await list.locator('li[data-id]').nth(1).waitFor();
    await until(() => isLoaded(list.locator('img.picture')), 'the picture is there');
    if (process.env['SHOTS'])
      await on.screenshot({ path: `${process.env['SHOTS']}/${path.replaceAll('/', '-')}${width}.png` });
    const beyond = await list.evaluate((element) => {
      const all = [...(element.shadowRoot?.querySelectorAll('li, .offer, .picture, .meta') ?? [])];
      return all
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
        .map((one) => one.className);
    });
    expect(beyond).toEqual([]);
    expect(await on.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await faults(on)).toEqual([]);
  });
});
