import { beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { faults } from './support/axe.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus } from './support/focus.js';
import { bell, live, type Site } from './support/site.js';

/** What the reader's system asks for: its own colours, more contrast, no motion. */
describeInBrowser('what the system asks for', () => {
  let site: Site;
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });

  /** Three, of which the oldest is read. */
  const open = async (path: string, options: BrowserContextOptions): Promise<Page> => {
    const { user } = browsing;
    for (const title of ['event 0', 'event 1', 'event 2'])
      await site.app.post({ type: 'quota_warning', user_ids: [user], title, link: `/${title.at(-1)}` });
    const { body } = await site.app.as(user).get('/v1/notifications');
    const { notifications } = body as { notifications: { id: string }[] };
    await site.app.as(user).patch(`/v1/notifications/${notifications[2]?.id}`).send({}).expect(200);
    const page = await site.open(await browsing.signIn(user, options), path);
    if (path === '/page/') await bell(await live(page)).click();
    await page.locator('li[data-id]').nth(2).waitFor();
    return page;
  };
  const style = (locator: Locator, property: string, pseudo?: string): Promise<string> =>
    locator.evaluate(
      (element, [name, part]) => getComputedStyle(element, part).getPropertyValue(name as string),
      [property, pseudo],
    );

  it.each([
    ['the inbox', '/page/inbox', 'light'],
    ['the inbox', '/page/inbox', 'dark'],
    ['the bell', '/page/', 'light'],
    ['the bell', '/page/', 'dark'],
  ] as const)(
    'shows in the system’s colours what grounds say elsewhere: %s (%s, %s)',
    async (_, path, colorScheme) => {
      const page = await open(path, { forcedColors: 'active', colorScheme });
      const tabs = page.locator('.tabs button');
      const pressed = await style(tabs.nth(0), 'background-color');
      expect(pressed).not.toBe(await style(tabs.nth(1), 'background-color'));
      expect(await style(tabs.nth(0), 'color')).not.toBe(pressed);
      const rows = page.locator('li[data-id]');
      const ground = await style(page.locator('carillon-inbox, carillon-panel'), 'background-color');
      const mark = await style(rows.nth(0), 'background-color', '::before');
      expect([ground, 'rgba(0, 0, 0, 0)']).not.toContain(mark);
      await page.keyboard.press('j');
      await expectFocus(page, /^Unread: event 2/);
      expect(await style(rows.nth(0).locator('.main'), 'outline-style', '::after')).toBe('solid');
      if (path === '/page/') {
        expect(await style(page.locator('.panel'), 'border-top-style')).toBe('solid');
        const badge = page.locator('.badge');
        expect(await style(badge, 'background-color')).not.toBe(await style(badge, 'color'));
        expect(await style(badge, 'background-color')).not.toBe(ground);
      } else {
        await page.keyboard.press('x');
        expect(await style(rows.nth(0), 'outline-style')).toBe('solid');
        expect(await style(rows.nth(1), 'outline-style')).toBe('none');
      }
      await page.keyboard.press('e');
      await page.locator('.undo-bar').waitFor();
      expect(await style(page.locator('.undo-bar'), 'border-top-style')).toBe('solid');
      await page.keyboard.press('h');
      expect(await style(page.locator('dialog.snooze'), 'border-top-style')).toBe('solid');
      expect(await faults(page)).toEqual([]);
      expect(site.complaints).toEqual([]);
    },
  );

  it.each(['light', 'dark'] as const)(
    'has stronger lines and no grey words where more contrast is asked for (%s)',
    async (colorScheme) => {
      const page = await open('/page/inbox', { contrast: 'more', colorScheme });
      const row = page.locator('li[data-id]').first();
      expect(await style(row.locator('.meta'), 'color')).toBe(await style(row.locator('.title'), 'color'));
      await page.keyboard.press('j');
      expect(await style(row.locator('.main'), 'outline-width', '::after')).toBe('3px');
      expect(await faults(page)).toEqual([]);
    },
  );

  it.each([
    ['no-preference', true],
    ['reduce', false],
  ] as const)('moves only for those who do not mind (%s)', async (reducedMotion, moves) => {
    const page = await open('/page/', { reducedMotion });
    expect((await style(page.locator('.panel'), 'animation-name')) !== 'none').toBe(moves);
    await page.locator('.to-preferences').click();
    const knob = page.locator('carillon-preferences .switch i').first();
    expect((await style(knob, 'transition-duration')) !== '0s').toBe(moves);
  });
});
