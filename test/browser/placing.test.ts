import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { CarillonBellElement } from '../../web/element/index.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { bell, expectUnread, live, type Site, until } from './support/site.js';

describeInBrowser('an element that the page changes', () => {
  let site: Site;
  let page: Page;
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });
  beforeEach(async () => {
    for (const title of ['first', 'second'])
      await site.app.post({ type: 'job_failed', user_ids: [browsing.user], title });
    page = await live(await site.open(await browsing.signIn(browsing.user)));
    await expectUnread(page, 2);
  });

  it('has its defaults again without its attributes', async () => {
    const badge = page.locator('carillon-bell .badge');
    const set = (max: string | null): Promise<void> =>
      page.locator('carillon-bell').evaluate((element, value) => {
        if (value === null) element.removeAttribute('max');
        else element.setAttribute('max', value);
      }, max);
    await set('1');
    await until(async () => (await badge.textContent()) === '1+', 'the badge says 1+');
    await set(null);
    await until(async () => (await badge.textContent()) === '2', 'the badge says 2');
    const duration = page
      .locator('carillon-toasts')
      .evaluate((element: HTMLElementTagNameMap['carillon-toasts']) => {
        element.removeAttribute('duration');
        return element.duration;
      });
    expect(await duration).toBe(8_000);
  });

  it('shows what is so where it is put anew, in the language of that place', async () => {
    await bell(page).click();
    await page.locator('carillon-bell .panel').waitFor();
    await page.evaluate(async () => {
      const element = document.querySelector('carillon-bell') as CarillonBellElement & {
        updateComplete: Promise<boolean>;
      };
      element.remove();
      await element.updateComplete;
      const place = document.querySelector('main') as HTMLElement;
      place.lang = 'fr';
      place.append(element);
    });
    const name = (): Promise<string | null> => bell(page).getAttribute('aria-label');
    await until(async () => (await name()) === 'Notifications, 2 non lues', 'the bell says it in French');
  });

  it.each([0.8, 1.25])('opens its panel where the bell is, in a page with a zoom of %d', async (zoom) => {
    await page.evaluate((value) => {
      document.body.style.zoom = String(value);
      const header = document.querySelector('header') as HTMLElement;
      Object.assign(header.style, { textAlign: 'right', paddingInlineEnd: '40px' });
    }, zoom);
    await bell(page).click();
    const panel = page.locator('carillon-bell .panel');
    await panel.waitFor();
    // It comes in from a little above.
    await panel.evaluate((it) => Promise.all(it.getAnimations().map(({ finished }) => finished)));
    const [near, far] = await Promise.all([bell(page).boundingBox(), panel.boundingBox()]);
    // As far from each other as without a zoom, and in sight.
    expect(far!.y - near!.y - near!.height).toBeCloseTo(8, 0);
    expect(far!.x + far!.width).toBeCloseTo(near!.x + near!.width, 0);
  });
});
