import { beforeEach, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { faults } from './support/axe.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { focused } from './support/focus.js';
import { live, type Site } from './support/site.js';

const SIZES = [320, 375, 768, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((look) => [width, look] as const),
);

describeInBrowser('the preferences of time', () => {
  let site: Site;
  let user: string;

  const browsing = startBrowsing();
  beforeEach(() => {
    ({ site, user } = browsing);
    site.complaints.length = 0;
  });

  const open = async (options: BrowserContextOptions = {}, lang = 'en'): Promise<Page> => {
    const page = await live(
      await site.open(await browsing.signIn(user, { timezoneId: 'Asia/Kathmandu', ...options })),
    );
    await page.evaluate((language) => {
      const element = document.createElement('carillon-preferences');
      element.setAttribute('base-url', '/v1');
      element.lang = language;
      document.querySelector('main')?.append(element);
    }, lang);
    await page.getByRole('switch').first().waitFor();
    return page;
  };
  const section = (page: Page): Locator => page.locator('carillon-preferences .moment');
  const me = async () => (await site.app.as(user).get('/v1/me').expect(200)).body as Record<string, unknown>;
  /** Does something, until the server has answered that it is kept. */
  const saved = async (page: Page, act: () => Promise<unknown>): Promise<void> => {
    const answer = page.waitForResponse((one) => one.request().method() === 'PATCH' && one.ok());
    await act();
    await answer;
  };

  it('pauses for an hour, until tomorrow and until a day, and resumes', async () => {
    const page = await open();
    const isPaused = section(page).getByText(/^Paused until /);
    for (const [name, atLeast, atMost] of [
      ['For an hour', 0.9, 1.1],
      ['Until tomorrow', 8, 33],
    ] as const) {
      await saved(page, () => section(page).getByRole('button', { name }).click());
      await isPaused.waitFor();
      const hours = (Date.parse(String((await me())['paused_until'])) - Date.now()) / 3_600_000;
      expect(hours).toBeGreaterThan(atLeast);
      expect(hours).toBeLessThan(atMost);
      await saved(page, () => section(page).getByRole('button', { name: 'Resume' }).click());
      expect((await me())['paused_until']).toBeNull();
    }
    await section(page).getByLabel('Until a day').fill('2037-05-04');
    await saved(page, () => section(page).getByRole('button', { name: 'Pause' }).click());
    // Eight in the morning, by the browser's clock.
    expect((await me())['paused_until']).toBe('2037-05-04T02:15:00.000Z');
    await section(page).getByText('Paused until May 4, 2037, 8:00').waitFor();
  });

  it('sets quiet hours and their days, and turns them off', async () => {
    const page = await open();
    await saved(page, () => section(page).getByRole('switch', { name: 'Quiet hours' }).check());
    expect((await me())['quiet_hours']).toEqual({ from: '22:00', to: '07:00' });
    await saved(page, () => section(page).getByLabel('From').fill('20:30'));
    await saved(page, () => section(page).getByLabel('To', { exact: true }).fill('06:00'));
    const days = section(page).getByRole('group', { name: 'Quiet hours that begin on' });
    await saved(page, () => days.getByRole('checkbox', { name: 'Saturday' }).uncheck());
    const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sun'];
    expect((await me())['quiet_hours']).toEqual({ from: '20:30', to: '06:00', days: week });
    await saved(page, () => days.getByRole('checkbox', { name: 'Saturday' }).check());
    expect((await me())['quiet_hours']).toEqual({ from: '20:30', to: '06:00' });

    // What begins and ends alike is said beside it, and not sent.
    const to = section(page).getByLabel('To', { exact: true });
    await to.fill('20:30');
    expect(await to.evaluate((input: HTMLInputElement) => input.validationMessage)).toMatch(/alike/);
    await saved(page, () => to.fill('05:00'));
    expect((await me())['quiet_hours']).toEqual({ from: '20:30', to: '05:00' });

    await saved(page, () => section(page).getByRole('switch', { name: 'Quiet hours' }).uncheck());
    expect((await me())['quiet_hours']).toBeNull();
    expect(await section(page).getByLabel('From').count()).toBe(0);
  });

  it('sets when digests come, and offers the zone of the browser without taking it', async () => {
    const page = await open();
    await saved(page, () => section(page).getByLabel('At', { exact: true }).fill('09:15'));
    await saved(page, () => section(page).getByLabel('Once a week on').selectOption('Friday'));
    expect(await me()).toMatchObject({ digest_at: '09:15', digest_day: 'fri', time_zone: null });
    const zone = section(page).getByLabel('Time zone');
    expect(await zone.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text)).toBe(
      'Not set (UTC)',
    );
    await saved(page, () => section(page).getByRole('button', { name: 'Asia/Kat' }).click());
    expect((await me())['time_zone']).toMatch(/^Asia\/Kat/);
    expect(await section(page).getByRole('button', { name: 'of this browser' }).count()).toBe(0);

    await saved(page, () => zone.selectOption('Europe/Berlin'));
    await section(page).getByRole('button', { name: 'of this browser' }).waitFor();
    expect((await me())['time_zone']).toBe('Europe/Berlin');
  });

  it('says for each kind how often mails come, where they come', async () => {
    const page = await open();
    const often = page.getByRole('combobox', { name: 'Job failed: E-mail: how often', exact: true });
    expect(await often.count()).toBe(0);
    await saved(page, () => page.getByRole('switch', { name: 'Job failed: E-mail', exact: true }).check());
    await saved(page, () => often.selectOption('Daily'));
    const { body } = await site.app.as(user).get('/v1/preferences').expect(200);
    expect(body).toMatchObject({ types: { job_failed: { email: true, email_frequency: 'daily' } } });
    const again = await open({}, 'fr');
    await again.getByLabel(/fréquence/).waitFor();
    expect(await again.getByLabel(/fréquence/).inputValue()).toBe('daily');
  });

  it('offers nothing that the server refuses', async () => {
    const page = await open();
    const fixed = page.getByRole('row', { name: 'Webhook disabled' });
    await fixed.getByText('Cannot be turned off.').waitFor();
    expect(await fixed.getByRole('switch').count()).toBe(0);
    expect(await fixed.getByText('Not sent').count()).toBeGreaterThan(0);
  });

  it('takes back what cannot be saved', async () => {
    const page = await open();
    await page.route('**/v1/me', (route) =>
      route.request().method() === 'PATCH' ? route.fulfill({ status: 500, json: {} }) : route.fallback(),
    );
    await section(page).getByRole('button', { name: 'For an hour' }).click();
    await page.locator('carillon-preferences .notice').waitFor();
    await section(page).getByRole('button', { name: 'For an hour' }).waitFor();
  });

  it('is left out where the server has nothing of it', async () => {
    const context = await browsing.signIn(user);
    await context.route('**/v1/me', (route) => route.fulfill({ status: 404, json: {} }));
    const page = await live(await site.open(context));
    await page.evaluate(() => {
      const element = document.createElement('carillon-preferences');
      element.setAttribute('base-url', '/v1');
      document.querySelector('main')?.append(element);
    });
    await page.getByRole('switch').first().waitFor();
    expect(await section(page).count()).toBe(0);
  });

  it('is used by keyboard alone', async () => {
    const page = await open();
    const reach = async (name: string): Promise<void> => {
      let tries = 0;
      while ((await focused(page)) !== name && (tries += 1) < 60) await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(name);
    };
    await reach('For an hour');
    await saved(page, () => page.keyboard.press('Enter'));
    await section(page).getByRole('button', { name: 'Resume' }).waitFor();
    expect(await focused(page)).toBe('Resume');
    await saved(page, () => page.keyboard.press('Space'));
    expect(await focused(page)).toBe('For an hour');
    await reach('Quiet hours');
    await saved(page, () => page.keyboard.press('Space'));
    await reach('Saturday');
    await saved(page, () => page.keyboard.press('Space'));
    await reach('Time zone');
    await saved(page, () => page.keyboard.type('Europe/Vi'));
    expect(await me()).toMatchObject({
      paused_until: null,
      quiet_hours: { from: '22:00', to: '07:00', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sun'] },
    });
  });

  it.each(SIZES)('fits a window of %i pixels, in %s', async (width, colorScheme) => {
    const settings = {
      quiet_hours: { from: '22:00', to: '07:00', days: ['fri'] },
      time_zone: 'Europe/Berlin',
    };
    await site.app.as(user).patch('/v1/me').send(settings).expect(200);
    await site.app
      .as(user)
      .patch('/v1/preferences')
      .send({ channels: { email: true } })
      .expect(200);
    for (const lang of ['en', 'fr']) {
      const page = await open(
        { viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' },
        lang,
      );
      const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(sizes[0]).toBe(sizes[1]);
      const fields = await page
        .locator('carillon-preferences :is(select, button, input:not([role]))')
        .evaluateAll((all) =>
          all.map((one) => {
            const { height, left, right } = one.getBoundingClientRect();
            return height >= 18 && left >= 0 && right <= innerWidth ? '' : one.outerHTML.slice(0, 80);
          }),
        );
      expect(fields.length).toBeGreaterThan(20);
      expect(fields.filter(Boolean)).toEqual([]);
      expect(await faults(page)).toEqual([]);
      expect(site.complaints).toEqual([]);
    }
  });
});
