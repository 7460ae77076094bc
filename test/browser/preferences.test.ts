import { beforeEach, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Channel } from '../../src/channels/channel.js';
import { faults } from './support/axe.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { focused } from './support/focus.js';
import { live, type Site } from './support/site.js';

/** The application's own, beside those of every server. */
const OWN: Channel[] = ['Text message', 'Team chat', 'Pager'].map((label, index) => ({
  key: `own_${index}`,
  number: 8 + index,
  label,
  default: () => index === 0,
  sending: { send: () => ({ status: 'delivered' }) },
}));

interface Catalogue {
  channels: { key: string; available?: boolean; reason?: string }[];
  types: { key: string; category?: string; critical?: boolean; mutable: boolean }[];
}

const SIZES = [320, 375, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((look) => [width, look] as const),
);

describeInBrowser('the preferences with more channels', () => {
  let site: Site;
  let user: string;

  const browsing = startBrowsing({}, { channels: OWN });
  beforeEach(() => {
    ({ site, user } = browsing);
    site.complaints.length = 0;
  });

  /** @param change makes another catalogue of the server's */
  const open = async (
    options: BrowserContextOptions = {},
    change: (catalogue: Catalogue) => void = () => undefined,
  ): Promise<Page> => {
    const page = await live(await site.open(await browsing.signIn(user, options)));
    await page.route('**/v1/notification-types', async (route) => {
      const catalogue = (await (await route.fetch()).json()) as Catalogue;
      change(catalogue);
      await route.fulfill({ json: catalogue, headers: { 'carillon-user': user } });
    });
    await page.evaluate(() => {
      const element = document.createElement('carillon-preferences');
      element.setAttribute('base-url', '/v1');
      document.querySelector('main')?.append(element);
    });
    await page.getByRole('switch').first().waitFor();
    return page;
  };
  const preferences = (page: Page): Locator => page.locator('carillon-preferences');
  const type = ({ types }: Catalogue, key: string) => types.find((one) => one.key === key) ?? ({} as never);

  it('groups types by their category, and explains what cannot be changed', async () => {
    const page = await open({}, (catalogue) => {
      for (const key of ['job_failed', 'job_completed']) type(catalogue, key).category = 'long_jobs';
      Object.assign(type(catalogue, 'integrity_alert'), {
        category: 'safety',
        critical: true,
        mutable: false,
      });
      type(catalogue, 'quota_warning').category = 'toString';
    });
    const tables = preferences(page).getByRole('table');
    // Those of no category come last.
    const names = await preferences(page).locator('thead h3').allTextContents();
    expect(names.slice(-1)).toEqual(['Other']);
    expect([...names].sort()).toEqual(['Long jobs', 'Other', 'Safety', 'ToString']);
    const jobs = preferences(page).getByRole('table', { name: 'Long jobs' });
    expect(await jobs.getByRole('rowheader').count()).toBe(2);
    expect(await jobs.getByRole('columnheader').allTextContents()).toEqual(
      expect.arrayContaining(['Text message', 'Team chat', 'Pager']),
    );
    const critical = tables.getByRole('row', { name: 'Integrity alert' });
    await critical.getByText('Too important to be turned off').waitFor();
    expect(await page.getByRole('switch', { name: 'Integrity alert: In-app' }).count()).toBe(0);
    expect(await critical.getByText('Always on').count()).toBeGreaterThan(0);
    await tables.getByRole('row', { name: 'Webhook disabled' }).getByText('Cannot be turned off').waitFor();
  });

  it('says why a channel is not available, and offers nothing for it', async () => {
    const page = await open({}, ({ channels }) => {
      const pager = channels.find(({ key }) => key === 'own_2');
      Object.assign(pager ?? {}, { available: false, reason: 'Set PAGER_URL.' });
    });
    await preferences(page).getByText('Not available here. Set PAGER_URL.').waitFor();
    expect(await page.getByRole('switch', { name: /Pager/ }).count()).toBe(0);
    expect(await page.getByRole('columnheader', { name: 'Pager' }).count()).toBe(0);
    expect(await page.getByRole('switch', { name: 'All notifications: Team chat' }).count()).toBe(1);
  });

  it('is used by keyboard alone', async () => {
    const page = await open();
    const whole = page.getByRole('switch', { name: 'All notifications: Pager' });
    const own = page.getByRole('switch', { name: 'Job failed: Pager', exact: true });
    for (const [target, name] of [
      [whole, 'All notifications: Pager'],
      [own, 'Job failed: Pager'],
    ] as const) {
      let tries = 0;
      while ((await focused(page)) !== name && (tries += 1) < 100) await page.keyboard.press('Tab');
      const before = await target.isChecked();
      const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
      await page.keyboard.press('Space');
      await saved;
      expect(await target.isChecked()).toBe(!before);
    }
  });

  it.each(SIZES)('fits a window of %i pixels, in %s', async (width, colorScheme) => {
    const page = await open({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
    const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(sizes[0]).toBe(sizes[1]);
    // Each switch has its name beside it, or above it in a row of columns.
    const label = page.locator('carillon-preferences tbody .name').first();
    const column = page.getByRole('columnheader', { name: 'Pager' });
    const isColumn = width > 1000;
    expect(await label.isVisible()).toBe(!isColumn);
    expect(((await column.boundingBox())?.width ?? 0) > 40).toBe(isColumn);
    const targets = await page.locator('carillon-preferences .switch').evaluateAll((labels) =>
      labels.map((one) => {
        const { width: w, height: h, left, right } = one.getBoundingClientRect();
        return w >= 44 && h >= 44 && left >= 0 && right <= innerWidth;
      }),
    );
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.every(Boolean)).toBe(true);
    expect(await faults(page)).toEqual([]);
    expect(site.complaints).toEqual([]);
  });
});
