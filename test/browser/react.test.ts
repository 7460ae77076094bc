import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launch } from './support/chromium.js';
import { Site, toasts, until } from './support/site.js';

const ROOT = join(import.meta.dirname, '../..');

describeInBrowser('the React hooks', () => {
  let site: Site;
  let browser: Browser;
  const built = mkdtempSync(join(tmpdir(), 'carillon-react-'));

  beforeAll(async () => {
    const config = join(ROOT, 'test/browser/support/react-app/vite.config.mjs');
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    const options = ['--config', config, '--outDir', built, '--logLevel', 'warn'];
    execFileSync(process.execPath, [vite, 'build', ...options], { stdio: 'ignore' });
    [site, browser] = await Promise.all([Site.start(), launch()]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await site.close();
    rmSync(built, { recursive: true });
  });

  it('give the count, the list, its actions and the toasts to an application', async () => {
    const context = await site.signIn(browser, 'ada');
    await context.route(`${site.url}/app/**`, (route) => {
      const name = new URL(route.request().url()).pathname.slice('/app/'.length);
      const page =
        '<!doctype html><title>App</title><main></main><script type="module" src="/app/main.js"></script>';
      return route.fulfill({
        contentType: name === '' ? 'text/html' : 'text/javascript',
        body: name === '' ? page : readFileSync(join(built, name), 'utf8'),
      });
    });
    const streams: string[] = [];
    context.on('request', (request) => {
      if (request.url().endsWith('/stream')) streams.push(request.url());
    });
    const post = (title: string, more: object = {}): Promise<unknown> =>
      site.app.post({ type: 'job_completed', user_ids: ['ada'], title, ...more });
    await post('there before');

    const page = await site.open(context, '/app/');
    const badge = (): Promise<string | null> => page.locator('#badge').textContent();
    const items = page.locator('li');
    await until(async () => (await badge()) === '1', 'the count is there');
    await page.locator('ul[data-loaded=true][data-status=live]').waitFor();
    expect(await items.locator('span').allTextContents()).toEqual(['there before']);

    await post('live');
    await until(async () => (await badge()) === '2', 'the count follows');
    await page.getByText('look at 2').click();
    await until(async () => (await page.locator('#unseen').textContent()) === '0', 'all of it is seen');
    expect(await badge()).toBe('2');
    await until(
      async () => (await page.locator('#toasts').textContent()) === 'live',
      'the toast was handed over',
    );
    await items.nth(1).waitFor();
    expect(await items.locator('span').allTextContents()).toEqual(['live', 'there before']);

    await items.first().getByText('mark read').click();
    await until(async () => (await badge()) === '1', 'one is read');
    await items.first().getByText('archive').click();
    await until(async () => (await items.count()) === 1, 'it is archived');
    await page.getByText('put back').click();
    await until(async () => (await items.count()) === 2, 'it is back');
    expect(await items.locator('span').allTextContents()).toEqual(['live', 'there before']);
    await page.getByText('only unread').click();
    await until(async () => (await items.count()) === 1, 'the filter holds');
    await items.first().getByText('delete').click();
    await until(async () => (await items.count()) === 0, 'it is deleted');
    await until(async () => (await site.unreadOf('ada')) === 0, 'on the server too');
    expect(await badge()).toBe('0');

    await page.getByText('use the shipped toasts').click();
    await page.waitForFunction(() => Boolean(customElements.get('carillon-toasts')));
    await post('shipped');
    await toasts(page).filter({ hasText: 'shipped' }).waitFor();
    expect(await toasts(page).count()).toBe(1);

    await page.getByText('show the inbox').click();
    const row = page.locator('carillon-inbox li[data-id]').first();
    await row.getByText('Non lue: shipped').waitFor();
    expect(await page.locator('carillon-inbox .to-preferences').getAttribute('href')).toBe('/settings');
    await row.locator('.main').click();
    await until(async () => (await page.locator('#opened').textContent()) === 'shipped', 'it was opened');
    await until(async () => (await badge()) === '0', 'and so it is read');
    await post('asks', { actions: [{ id: 'approve', label: 'Approve' }] });
    await page.locator('carillon-inbox').getByRole('button', { name: 'Approve : asks' }).click();
    await until(
      async () => (await page.locator('#acted').textContent()) === 'approve: asks',
      'an action was taken',
    );
    expect(streams).toHaveLength(1);
    expect(site.complaints).toEqual([]);
  });

  it('come with the demo page of the development server, which shows everything', async () => {
    const context = await browser.newContext();
    const page = await site.open(context, '/');
    const ada = page.locator('.user').first();
    await ada.locator('.status[data-status=live]').waitFor();
    await ada.locator('button.hook').click();
    await ada.getByText('Webhooks go to the log below').waitFor();
    await ada.getByRole('button', { name: 'Job failed', exact: true }).click();
    await ada.locator('carillon-toasts .toast').waitFor();
    await page.locator('#log').getByText('job.failed').first().waitFor();
    expect(await page.locator('.user').nth(1).locator('carillon-toasts .toast').count()).toBe(0);
    await ada.getByRole('button', { name: 'Notifications, 1 unread', exact: true }).click();
    await ada.getByRole('link', { name: 'See all' }).click();
    await page.locator('carillon-inbox li[data-id]').waitFor();
    await page.getByLabel('Language').selectOption('fr');
    await page.locator('carillon-inbox').getByLabel('Tout sélectionner').waitFor();
    expect(site.complaints).toEqual([]);
    await context.close();
  });
});
