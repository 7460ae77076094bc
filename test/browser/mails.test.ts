import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { LOGO, LOGO_URL, SAMPLES } from '../channels/email/support/samples.js';
import { faults } from './support/axe.js';
import { describeInBrowser, launch } from './support/chromium.js';

/** What is said of whole pages: a mail is shown within one. */
const OF_PAGES = /^(region|landmark-one-main):/;

describeInBrowser('a mail in a reader', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  /** Opens a mail, and writes down what it asks for. */
  async function open(html: string, colorScheme: 'light' | 'dark'): Promise<{ page: Page; asked: string[] }> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 600 } });
    const asked: string[] = [];
    await page.route('**/*', (route) => {
      asked.push(route.request().url());
      return route.fulfill({ contentType: 'image/svg+xml', body: LOGO });
    });
    await page.setContent(html, { waitUntil: 'networkidle' });
    return { page, asked };
  }

  const cases = Object.entries(SAMPLES).flatMap(([name, { html }]) =>
    (['light', 'dark'] as const).map((scheme) => ({ name, html, scheme })),
  );

  it.each(cases)('can be read on a narrow screen: $name, $scheme', async ({ name, html, scheme }) => {
    const { page, asked } = await open(html, scheme);
    expect(asked).toEqual(name === 'brand' ? [LOGO_URL] : []);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect((await faults(page)).filter((fault) => !OF_PAGES.test(fault))).toEqual([]);
    await page.close();
  });

  it.each(cases)(
    'runs nothing and shows no more than its parts: $name, $scheme',
    async ({ html, scheme }) => {
      const { page } = await open(html, scheme);
      expect(await page.locator('script, iframe, form, link, object, video').count()).toBe(0);
      expect(await page.locator('h1').count()).toBe(1);
      const ground = await page.evaluate(
        () => getComputedStyle(document.querySelector('.card') as Element).backgroundColor,
      );
      expect(ground).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(30, 33, 40)');
      await page.close();
    },
  );

  it('shows the name of the brand where no picture is loaded', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 600 } });
    await page.route('**/*', (route) => route.abort());
    await page.setContent(SAMPLES.brand.html);
    expect(await page.locator('img').getAttribute('alt')).toBe('Northwind');
    await page.close();
  });
});
