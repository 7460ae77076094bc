import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { CarillonBellElement } from '../../web/element/index.js';
import { faults } from './support/axe.js';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus, focused, walkTo } from './support/focus.js';
import { bell, expectUnread, live, rows, Site, toasts, until } from './support/site.js';

describeInBrowser('the elements', () => {
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

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browsing.signIn(user, options);
    return live(await site.open(context));
  };
  const post = (event: Record<string, unknown> = {}): Promise<{ id: string }> =>
    site.app.post({ type: 'job_completed', user_ids: [user], title: 'A job', ...event });
  const postMany = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1)
      await post({ title: `event ${index}`, type: 'quota_warning' });
  };
  /** Waits until the server has what the page shows already: only then does what comes next meet what was before. */
  const settled = async (page: Page, unread: number): Promise<void> => {
    await expectUnread(page, unread);
    await until(async () => (await site.unreadOf(user)) === unread, `the server has ${unread} unread`);
    await expectUnread(page, unread);
  };
  const put = (page: Page, tag: string): Promise<void> =>
    page.evaluate((name) => {
      const element = document.createElement(name);
      element.setAttribute('base-url', '/v1');
      document.querySelector('main')?.append(element);
    }, tag);

  it('does every action by keyboard alone, keeps the focus and gives it back', async () => {
    await postMany(4);
    const page = await open();
    await expectUnread(page, 4);
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    /** Tab until something has the focus: no trap on the way, and it is reachable at all. */
    const tabTo = (name: string | RegExp, key?: string): Promise<void> => walkTo(page, name, key);

    await tabTo('Notifications, 4 unread');
    await press('Enter');
    await rows(page).nth(3).waitFor();
    // The panel has the focus, so that Tab goes into it and a screen reader says where it is.
    await expectFocus(page, /Notifications/);

    await tabTo(/^Unread: event 3/);
    await press('ArrowDown');
    await expectFocus(page, /^Unread: event 2/);
    await press('End');
    await expectFocus(page, /^Unread: event 0/);
    await press('Home');
    await tabTo('Mark as read: event 3');
    await press('Enter');
    await settled(page, 3);
    await expectFocus(page, 'Mark as unread: event 3');
    await press('Enter');
    await settled(page, 4);

    await tabTo('Delete: event 3');
    await press('Enter');
    await until(async () => (await rows(page).count()) === 3, 'it is deleted');
    await expectFocus(page, /^Unread: event 2/);
    await settled(page, 3);
    await tabTo('Undo');
    await press('Enter');
    await expectFocus(page, /^Unread: event 3/);
    await settled(page, 4);
    await press('Delete');
    await until(async () => (await rows(page).count()) === 3, 'the key deletes too');
    await settled(page, 3);
    await press('Control+z');
    await until(async () => (await rows(page).count()) === 4, 'and is undone by a key');
    await settled(page, 4);

    // Reading by opening: a row without a link unfolds.
    await tabTo(/^Unread: event 3/);
    await press('Enter');
    await settled(page, 3);

    await tabTo('Unread 3', 'Shift+Tab');
    await press('Enter');
    await until(async () => (await rows(page).count()) === 3, 'only unread ones are listed');
    await tabTo('All', 'Shift+Tab');
    await press('Enter');
    await until(async () => (await rows(page).count()) === 4, 'all are listed');
    await tabTo('Type');
    await press('End');
    await until(async () => (await rows(page).count()) === 0, 'another type has none');
    await press('Home');
    await until(async () => (await rows(page).count()) === 4, 'all types are listed');

    await tabTo('Mark all as read', 'Shift+Tab');
    await press('Enter');
    await settled(page, 0);
    await tabTo('Delete read');
    await press('Enter');
    await expectFocus(page, 'Cancel');
    // Inside the dialog only.
    for (let index = 0; index < 4; index += 1) {
      await press('Tab');
      expect(['Cancel', 'Delete read', '']).toContain(await focused(page));
    }
    await press('Escape');
    await expectFocus(page, 'Delete read');
    expect(await rows(page).count()).toBe(4);
    await press('Enter');
    await expectFocus(page, 'Cancel');
    await tabTo('Delete read');
    await press('Enter');
    await until(async () => (await rows(page).count()) === 0, 'all read ones are deleted');
    await expectFocus(page, 'Delete read');

    await press('Escape');
    await expectFocus(page, 'Notifications');
    await page.locator('carillon-panel').waitFor({ state: 'detached' });

    await post({ title: 'a toast', link: '/jobs/1' });
    await toasts(page).waitFor();
    await press('F8');
    await expectFocus(page, 'a toast');
    await press('Tab');
    await expectFocus(page, 'Dismiss: a toast');
    await press('Escape');
    await toasts(page).waitFor({ state: 'detached' });
    // Where it came from.
    await expectFocus(page, /^Notifications/);
  }, 180_000);

  it('leaves the open panel where it is for a toast, and goes back into it from there', async () => {
    await postMany(3);
    const page = await open({ viewport: { width: 1100, height: 800 } });
    // As documented: two tags, the bell at the top right.
    await page.locator('header').evaluate((header) => header.setAttribute('align', 'right'));
    await bell(page).click();
    await rows(page).nth(2).waitFor();
    await rows(page).nth(2).locator('.bin').click();
    await page.locator('carillon-panel .undo').waitFor();
    await rows(page).nth(1).locator('.main').focus();
    for (let index = 0; index < 3; index += 1)
      await post({
        type: 'job_failed',
        title: `failed ${index} ${'w'.repeat(240)}`,
        body: 'w '.repeat(240),
      });
    await toasts(page).nth(2).waitFor();
    // It kept the focus, and nothing stands in front of its buttons.
    expect(await focused(page)).toContain('event 1');
    const box = async (selector: string) =>
      (await page.locator(selector).first().boundingBox()) ?? { x: 0, width: 0, height: 0 };
    const [panel, stack] = [await box('carillon-bell .panel'), await box('carillon-toasts .stack')];
    expect(stack.x + stack.width).toBeLessThan(panel.x);
    // Two lines of a title of 255 characters.
    expect((await box('carillon-toasts .title')).height).toBeLessThan(50);

    await page.keyboard.press('F8');
    await expectFocus(page, /^Dismiss: failed 2/);
    for (let index = 0; index < 3; index += 1) await page.keyboard.press('Escape');
    await expectFocus(page, /event 1/);
    await until(async () => (await rows(page).count()) === 5, 'the new ones are listed');

    // On a phone there is room for one: the panel, which does not show what is further up.
    await page.setViewportSize({ width: 390, height: 780 });
    await page.locator('carillon-panel .scroll').evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await post({ type: 'job_failed', title: 'one more' });
    await toasts(page).waitFor();
    await page.locator('carillon-panel .undo').click();
    await until(async () => (await rows(page).count()) === 7, 'it is restored');

    // What had the focus goes: it returns to the bell.
    await page.keyboard.press('F8');
    await page.locator('carillon-bell').evaluate((element) => element.removeAttribute('open'));
    await page.keyboard.press('Escape');
    await expectFocus(page, /^Notifications/);
  });

  it('asks again, in full, when the question is opened in the moment in which it closes', async () => {
    await postMany(1);
    const page = await open();
    await bell(page).click();
    await rows(page).first().waitFor();
    const ask = page.locator('carillon-panel .delete-read');
    const dialog = page.locator('carillon-panel dialog.confirm');
    await page.locator('carillon-panel .mark-all').click();
    await settled(page, 0);
    await ask.click();
    await dialog.waitFor();
    // In one task: the "close" of the first is told only after the second is open.
    await ask.evaluate(async (button: HTMLElement) => {
      const first = (button.getRootNode() as ShadowRoot).querySelector('dialog');
      const told = new Promise((resolve) => first?.addEventListener('close', resolve, { once: true }));
      first?.close();
      button.click();
      await told;
    });
    await dialog.waitFor();
    expect(await dialog.locator('.danger').textContent()).toBe('Delete read');
    expect(await dialog.locator('h2').textContent()).not.toBe('');
    await dialog.locator('.danger').click();
    await until(async () => (await rows(page).count()) === 0, 'the second question is answered');
  });

  it('reaches older notifications by scrolling and by a button', async () => {
    await postMany(45);
    const page = await open();
    await bell(page).click();
    await rows(page).nth(19).waitFor();
    await page.locator('carillon-panel .scroll').evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await rows(page).nth(39).waitFor();
    await page.locator('carillon-panel .more button').focus();
    await page.keyboard.press('Enter');
    await rows(page).nth(44).waitFor();
    expect(await page.locator('carillon-panel .more').count()).toBe(0);
    const titles = await rows(page).locator('.title').allTextContents();
    expect(titles.map((title) => title.replace('Unread: ', ''))).toEqual(
      Array.from({ length: 45 }, (_, index) => `event ${44 - index}`),
    );
  });

  it('says 99+ on the badge and the exact number to assistive technology', async () => {
    await site.app.producer
      .post('/v1/events')
      .send({ type: 'quota_warning', user_ids: [user], title: 'one' })
      .expect(201);
    const page = await open();
    await expectUnread(page, 1);
    expect(await page.locator('carillon-bell .badge').textContent()).toBe('1');
    await Promise.all(Array.from({ length: 10 }, () => postMany(12)));
    await expectUnread(page, 121);
    expect(await page.locator('carillon-bell .badge').textContent()).toBe('99+');
  });

  it('shows titles and bodies as text, follows only checked links, and works under a strict policy', async () => {
    const evil = '<img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script>';
    const page = await open();
    await page.route('**/v1/notifications?*', async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as { notifications: { link: string | null }[] };
      const links = ['javascript:window.hacked=1', '//evil.example/', '/\\evil.example', 'data:text/html,x'];
      body.notifications.forEach((row, index) => (row.link = links[index] ?? row.link));
      await route.fulfill({ response, json: body });
    });
    for (let index = 0; index < 5; index += 1) await post({ title: evil, body: evil, link: '/jobs/1?a=b' });
    await toasts(page).nth(3).waitFor();
    await bell(page).click();
    await rows(page).nth(4).waitFor();
    expect(await rows(page).locator('.title').first().textContent()).toBe(`Unread: ${evil}`);
    expect(await rows(page).locator('.body').first().textContent()).toBe(evil);
    const hrefs = await rows(page)
      .locator('a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs).toEqual(['/jobs/1?a=b']);
    expect(await page.locator('carillon-panel img, carillon-toasts img').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(site.complaints).toEqual([]);
  });

  it('marks as read what is opened, and lets the page navigate by itself', async () => {
    await post({ title: 'with a link', link: '/jobs/7' });
    const page = await open();
    await page.evaluate(() => {
      document.addEventListener('carillon-open', (event) => {
        event.preventDefault();
        document.title = `opened ${event.detail.notification?.link ?? ''}`;
      });
    });
    await bell(page).click();
    await rows(page).locator('a').click();
    await expectUnread(page, 0);
    expect(await page.title()).toBe('opened /jobs/7');
    expect(new URL(page.url()).pathname).toBe('/page/');
  });

  it('does what the preferences say, as they are set in the page', async () => {
    const page = await open();
    await put(page, 'carillon-preferences');
    const setting = (name: string) => page.getByRole('switch', { name, exact: true });
    await setting('Job failed: In-app').waitFor();
    await post({ type: 'job_failed', title: 'both' });
    await toasts(page).filter({ hasText: 'both' }).waitFor();
    await expectUnread(page, 1);

    const saved = (): Promise<unknown> =>
      page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await Promise.all([saved(), setting('Job failed: In-app').uncheck()]);
    await post({ type: 'job_failed', title: 'toast only' });
    await toasts(page).filter({ hasText: 'toast only' }).waitFor();
    await Promise.all([saved(), setting('Job failed: In-app').check()]);
    await Promise.all([saved(), setting('Job failed: Toast').uncheck()]);
    await post({ type: 'job_failed', title: 'inbox only' });
    await expectUnread(page, 2);
    await bell(page).click();
    await rows(page).nth(1).waitFor();
    expect(await rows(page).filter({ hasText: 'toast only' }).count()).toBe(0);
    expect(await toasts(page).filter({ hasText: 'inbox only' }).count()).toBe(0);
    // Out of the way of the switches.
    await page.keyboard.press('Escape');
    for (const title of ['both', 'toast only'])
      await toasts(page).filter({ hasText: title }).locator('button').click();

    // What cannot be muted offers no switch, and what sends no webhook none for it.
    expect(await setting('Webhook disabled: In-app').count()).toBe(0);
    expect(await setting('Weekly report: Webhook').count()).toBe(0);

    // Of two flips in a row the last one wins, however long the first one takes.
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let first = true;
    await page.route('**/v1/preferences', async (route) => {
      const slow = route.request().method() === 'PATCH' && first;
      if (slow) first = false;
      if (slow) await held;
      await route.fallback();
    });
    const answers: boolean[] = [];
    page.on('response', (answer) => {
      if (answer.request().method() === 'PATCH') answers.push(answer.ok());
    });
    await setting('Job completed: Webhook').uncheck();
    await setting('Job completed: Webhook').check();
    release();
    await until(() => Promise.resolve(answers.length === 2), 'both are saved');
    const { body } = await site.app.as(user).get('/v1/preferences').expect(200);
    const { types } = body as { types: Record<string, { webhook: boolean }> };
    expect(types.job_completed?.webhook).toBe(true);

    // What cannot be saved is taken back.
    await page.route('**/v1/preferences', (route) =>
      route.request().method() === 'PATCH' ? route.fulfill({ status: 500, body: '{}' }) : route.fallback(),
    );
    await setting('Job completed: Toast').click();
    await page.locator('carillon-preferences .notice').waitFor();
    expect(await setting('Job completed: Toast').isChecked()).toBe(true);
  });

  it('turns a whole channel off, and on again as it was before', async () => {
    const page = await open();
    await put(page, 'carillon-preferences');
    const setting = (name: string) => page.getByRole('switch', { name, exact: true });
    const saved = (): Promise<unknown> =>
      page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    const isOn = (name: string) => setting(name).isChecked();
    await setting('Job failed: Toast').waitFor();
    expect(await isOn('All notifications: Toast')).toBe(true);
    await Promise.all([saved(), setting('Weekly report: Toast').check()]);
    await Promise.all([saved(), setting('All notifications: Toast').uncheck()]);
    await until(async () => !(await isOn('Job failed: Toast')), 'the types follow');
    // What was set for a type stays, and other channels are what they were.
    expect([await isOn('Weekly report: Toast'), await isOn('Job failed: In-app')]).toEqual([true, true]);
    await Promise.all([saved(), setting('All notifications: Toast').check()]);
    await until(() => isOn('Job failed: Toast'), 'what held before is back');
    expect(await isOn('Quota warning: Toast')).toBe(false);
    const { body } = await site.app.as(user).get('/v1/preferences').expect(200);
    expect((body as { channels: object }).channels).toMatchObject({
      in_app: null,
      toast: null,
      webhook: null,
    });
  });

  it('manages webhooks: adds, shows the secret once, explains refusals, switches off and deletes', async () => {
    const page = await open();
    await put(page, 'carillon-webhooks');
    const add = page.locator('carillon-webhooks .add');
    await add.click();
    await page.getByLabel('Name').fill('My server');
    await page.getByLabel('URL').fill('http://127.0.0.1/hook');
    await page.getByRole('button', { name: 'Save' }).click();
    // The URL guard's refusal, at the field.
    await page.locator('carillon-webhooks .problem').first().waitFor();
    await page.getByLabel('URL').fill('https://hooks.example.com/carillon');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('carillon-webhooks code').waitFor();
    expect(await page.locator('carillon-webhooks code').textContent()).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('Disabled', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Edit: My server' }).click();
    await page.getByLabel('Name').fill('Renamed');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    await page.getByRole('button', { name: 'Deliveries' }).click();
    await page.getByText('Nothing was sent yet.').waitFor();
    await page.getByRole('button', { name: 'Delete: Renamed' }).click();
    await page.locator('carillon-webhooks dialog .danger').click();
    await page.getByText('No webhooks yet').waitFor();
    await expectFocus(page, 'Add webhook');
  });

  it('says once that the user is signed out', async () => {
    const page = await open();
    await page.context().clearCookies();
    await page.reload();
    await bell(page).click();
    await page.locator('carillon-panel .state').waitFor();
    await page
      .locator('carillon-bell')
      .evaluate((element: CarillonBellElement) => element.store?.subscribe(() => undefined));
    await until(
      () =>
        page
          .locator('carillon-bell')
          .evaluate((element: CarillonBellElement) => element.store?.state.status === 'signed-out'),
      'the store knows',
    );
    expect(await page.getByText('You are signed out.').count()).toBe(1);
  });

  it('shows what is wrong, and tries again', async () => {
    const page = await open();
    let broken = true;
    await page.route('**/v1/notifications?*', (route) =>
      broken ? route.fulfill({ status: 500, body: '{}' }) : route.fallback(),
    );
    await post({ title: 'there after all', type: 'quota_warning' });
    await bell(page).click();
    await page.locator('carillon-panel .state').getByText('This could not be loaded.').waitFor();
    broken = false;
    await page.locator('carillon-panel .state button').click();
    await rows(page).filter({ hasText: 'there after all' }).waitFor();
  });

  it('speaks the language of the page, right to left too, and takes other words', async () => {
    await post({ title: 'Un titre', type: 'quota_warning' });
    const page = await open();
    await page.evaluate(() => {
      const element = document.querySelector('carillon-bell');
      if (!element) throw new Error('no bell');
      element.lang = 'fr';
      element.texts = { empty: 'Rien du tout' };
      document.documentElement.dir = 'rtl';
    });
    await until(
      async () => (await bell(page).getAttribute('aria-label')) === 'Notifications, 1 non lue',
      'French',
    );
    await bell(page).click();
    await page.locator('carillon-panel').getByText('Tout marquer comme lu').click();
    await until(
      async () => (await bell(page).getAttribute('aria-label')) === 'Notifications',
      'nothing unread',
    );
    await page.locator('carillon-panel .bin').click();
    await page.locator('carillon-panel').getByText('Rien du tout').waitFor();
    const markAll = page.locator('carillon-panel .mark-all');
    const muted = await page
      .locator('carillon-panel .tabs button')
      .nth(1)
      .evaluate((one) => getComputedStyle(one).color);
    const colour = (): Promise<string> => markAll.evaluate((one) => getComputedStyle(one).color);
    await until(async () => (await colour()) === muted, 'it has the colour of an ordinary button');
    // Each on one line: as high as the others.
    const heights = await page
      .locator('carillon-panel .tabs button')
      .evaluateAll((tabs) => tabs.map((tab) => tab.getBoundingClientRect().height));
    expect(heights).toEqual([44, 44]);
    await put(page, 'carillon-preferences');
    await page.locator('carillon-preferences').evaluate((element: HTMLElement) => (element.lang = 'fr'));
    await page.getByText('Quand une tâche échoue').waitFor();
    expect(await page.getByText('When a job').count()).toBe(0);
    const box = async (selector: string) =>
      (await page.locator(selector).boundingBox()) ?? { x: 0, width: 0 };
    const heading = await box('carillon-panel #heading');
    const close = await box('carillon-panel .top .icon:last-child');
    expect(heading.x).toBeGreaterThan(close.x);
  });

  it.each(['light', 'dark'] as const)(
    'has no fault that axe-core finds, in %s',
    async (colorScheme) => {
      await postMany(2);
      await post({ title: 'a job', link: '/jobs/1', body: 'with a text' });
      const page = await open({ colorScheme, reducedMotion: 'reduce' });
      await expectUnread(page, 3);
      const check = async (state: string): Promise<void> =>
        expect([state, ...(await faults(page))]).toEqual([state]);
      await check('closed');
      await post({ title: 'a toast', link: '/jobs/2', body: 'with a text', type: 'job_failed' });
      await toasts(page).waitFor();
      await check('toast');
      await toasts(page).locator('button').click();
      await bell(page).click();
      await rows(page).nth(3).waitFor();
      await rows(page).nth(1).locator('.toggle').click();
      await rows(page).nth(3).locator('.bin').click();
      await page.locator('carillon-panel .undo').waitFor();
      await check('panel');
      await page.locator('carillon-panel .delete-read').click();
      await check('dialog');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      for (const tag of ['carillon-preferences', 'carillon-webhooks']) await put(page, tag);
      await page.getByRole('switch').first().waitFor();
      await page.getByText('No webhooks yet').waitFor();
      await check('settings');
      await page.locator('carillon-webhooks .add').click();
      await page.getByLabel('Service').selectOption('ntfy');
      await page.locator('carillon-webhooks [name=all]').uncheck();
      await check('form');
      // axe-core reads the whole page six times.
    },
    180_000,
  );

  it('has targets of 44 pixels, and no animation for those who want none', async () => {
    await post({ link: '/jobs/1' });
    const page = await open({ reducedMotion: 'reduce', viewport: { width: 390, height: 800 } });
    await bell(page).click();
    await rows(page).first().waitFor();
    const targets = page.locator('carillon-bell button, carillon-bell a, carillon-bell select');
    const sizes = await targets.evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility())
        .map((element) => {
          const { width, height } = element.getBoundingClientRect();
          return { name: element.textContent?.trim(), width, height };
        }),
    );
    expect(sizes.length).toBeGreaterThan(6);
    expect(sizes.filter(({ width, height }) => width < 44 || height < 44)).toEqual([]);
    const running = await page.evaluate(() => document.getAnimations().length);
    expect(running).toBe(0);
  });
});
