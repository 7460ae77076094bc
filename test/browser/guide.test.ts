import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launch } from './support/chromium.js';
import { startApp, type TestApp, tokenOf } from '../support/app.js';
import { build } from '../support/program.js';
import { type Block, blocksFor } from '../docs/support/blocks.js';
import { compiled } from '../docs/support/typescript.js';

/** The server that the guide's page belongs to. */
const EXAMPLE = 'https://notify.example.com';

describeInBrowser('the page of the guide', () => {
  const scripts: Block[] = blocksFor('page').filter(({ language }) => language !== 'html');
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    build();
    [app, browser] = await Promise.all([startApp(), launch()]);
    await app.post({ type: 'job_failed', user_ids: ['alice'], title: 'The nightly import failed' });
    page = await browser.newPage();
    const html = blocksFor('page').find(({ language }) => language === 'html')?.code ?? '';
    await page.route(`${app.url}/page/**`, async (route) => {
      const block = scripts.find(({ line }) => route.request().url().endsWith(`/page/${line}.js`));
      const body = block ? await compiled(block) : PAGE + html;
      return route.fulfill({
        contentType: block ? 'text/javascript' : 'text/html',
        body: body.replaceAll(EXAMPLE, app.url),
      });
    });
    await page.goto(`${app.url}/page/`);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  const PAGE = `<!doctype html><title>A page</title><script type="importmap">
    { "imports": { "carillon/element": "/carillon/element.js", "carillon/client": "/carillon/client.js" } }
    </script>`;

  it('has a bell', async () => {
    await page.locator('carillon-bell .bell').waitFor();
  });

  it.each(scripts)('runs the $language of line $line', async ({ line }) => {
    await page.evaluate(
      async ({ script, token }) => {
        const { createClient } = (await import(`${location.origin}/carillon/client.js`)) as {
          createClient(options: object): unknown;
        };
        const session = { token: () => token };
        // What the page has that takes the code in.
        const client = createClient({ baseUrl: '/v1', ...session });
        Object.assign(globalThis, { session, client, forget: () => undefined });
        await import(script);
      },
      { script: `${app.url}/page/${line}.js`, token: tokenOf('alice') },
    );
    await page.locator('carillon-bell .bell').waitFor();
  });

  it('did what its code says', async () => {
    const { body } = await app.as('alice').get('/v1/notifications/unread-count').expect(200);
    expect(body).toEqual({ count: 0 });
    await page.locator('carillon-bell .bell[aria-label="Notifications"]').waitFor();
  });
});
