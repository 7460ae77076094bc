import { beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus } from './support/focus.js';
import { inboxOf } from './support/inbox.js';
import { bell, expectUnread, live, rows, type Site, until } from './support/site.js';

/** Archive and snooze in the bell's panel, and what takes them back. */
describeInBrowser('setting aside in the bell', () => {
  let site: Site;
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });

  const { post, listed, has } = inboxOf(browsing);
  const page = async (options: BrowserContextOptions = {}): Promise<Page> =>
    live(await site.open(await browsing.signIn(browsing.user, { reducedMotion: 'reduce', ...options })));
  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    for (const title of ['first', 'second', 'third']) await post(title);
    const opened = await page(options);
    await bell(opened).click();
    await rows(opened).nth(2).waitFor();
    return opened;
  };
  const dialog = (on: Page): Locator => on.locator('dialog.snooze[open]');

  it('archives and snoozes by keyboard alone, and takes each back', async () => {
    const on = await open();
    const press = (key: string): Promise<void> => on.keyboard.press(key);
    await press('j');
    await expectFocus(on, /^Unread: third/);
    await press('e');
    await has('archived', ['third']);
    await expectFocus(on, /^Unread: second/);
    await expectUnread(on, 2);
    await press('h');
    await dialog(on).waitFor();
    await expectFocus(on, /^(Later today|Tomorrow)/);
    await on.getByRole('button', { name: /^Tomorrow/ }).focus();
    await press('Enter');
    await has('snoozed', ['second']);
    await expectUnread(on, 1);
    await expectFocus(on, /^Unread: first/);
    await press('#');
    await until(async () => (await rows(on).count()) === 0, 'the last one is deleted');
    await has('inbox', []);
    // One after the other, the last one first.
    await press('z');
    await expectFocus(on, /^Unread: first/);
    await has('inbox', ['first']);
    await press('z');
    await has('inbox', ['second', 'first']);
    await press('z');
    await has('inbox', ['third', 'second', 'first']);
    await has('archived', []);
    await has('snoozed', []);
    await expectUnread(on, 3);
    // Read and unread too.
    await press('u');
    await expectUnread(on, 2);
    await press('z');
    await expectUnread(on, 3);
    await press('z');
    expect(await rows(on).count()).toBe(3);
  });

  it('offers the morning of the zone that the browser is in', async () => {
    const on = await open({ timezoneId: 'Asia/Kathmandu' });
    await rows(on).nth(1).hover();
    await rows(on).nth(1).getByRole('button', { name: 'Snooze: second' }).click();
    await on.getByRole('button', { name: /^Tomorrow/ }).click();
    await has('snoozed', ['second']);
    const [row] = await listed('snoozed');
    expect(row?.snoozed_until).toMatch(/T02:15:00\.000Z$/);
    await on.getByRole('button', { name: 'Undo' }).click();
    await has('snoozed', []);
  });

  it('shows the ring around a time in full', async () => {
    const on = await open();
    await on.keyboard.press('j');
    await on.keyboard.press('h');
    await dialog(on).waitFor();
    const [ring, place] = await dialog(on)
      .locator('.time')
      .first()
      .evaluate((time) => {
        const { outlineOffset, outlineWidth } = getComputedStyle(time);
        const beyond = parseFloat(outlineOffset) + parseFloat(outlineWidth);
        const next = time.closest('li')?.nextElementSibling;
        return [time.getBoundingClientRect().bottom + beyond, next?.getBoundingClientRect().top ?? 0];
      });
    expect(ring).toBeLessThanOrEqual(place ?? 0);
  });

  it('takes another time, and no time that was', async () => {
    const on = await open();
    await on.keyboard.press('j');
    await on.keyboard.press('h');
    const field = on.getByLabel('Another time');
    await field.fill('2020-01-01T08:00');
    await field.press('Enter');
    await dialog(on).getByText('Choose a time from now on').waitFor();
    const inTwoDays = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16);
    await field.fill(inTwoDays);
    await field.press('Enter');
    await has('snoozed', ['third']);
    const [row] = await listed('snoozed');
    const wanted = await on.evaluate((local) => new Date(local).toISOString(), inTwoDays);
    expect(row?.snoozed_until).toBe(wanted);
    await on.keyboard.press('h');
    await on.keyboard.press('Escape');
    await dialog(on).waitFor({ state: 'detached' });
    // The panel stays.
    expect(await rows(on).count()).toBe(2);
  });

  it('takes back what was done to all at once', async () => {
    const on = await open();
    await on.locator('carillon-panel .mark-all').click();
    await expectUnread(on, 0);
    await on.getByRole('button', { name: 'Undo' }).click();
    await expectUnread(on, 3);
    await until(async () => (await site.unreadOf(browsing.user)) === 3, 'on the server too');
  });

  it('offers no more to take back what its sender has called back meanwhile', async () => {
    const { id } = await post('called back');
    const on = await open();
    await rows(on).getByRole('button', { name: 'Archive: called back' }).click();
    await has('archived', ['called back']);
    await site.app.producer.delete(`/v1/events/${id}`).expect(200);
    await on.getByRole('button', { name: 'Undo' }).click();
    await on.getByText('That did not work: called back').first().waitFor();
    await until(async () => (await on.locator('.undo').count()) === 0, 'no more is offered');
  });

  it.each([
    ['en', 'Only notifications of the type “Quota warning” are affected.'],
    ['fr', 'Seules les notifications du type « Alerte de stockage » sont concernées.'],
  ])('says before it deletes what is read that it is of one type alone (%s)', async (lang, sentence) => {
    const on = await open();
    await post('of another type', { type: 'job_failed' });
    await rows(on).nth(3).waitFor();
    await on.locator('carillon-bell').evaluate((element: HTMLElement, one) => (element.lang = one), lang);
    await on.locator('carillon-panel .mark-all').click();
    await until(async () => (await site.unreadOf(browsing.user)) === 0, 'all are read');
    const question = on.locator('dialog.confirm[open] #question-body');
    await on.locator('carillon-panel .delete-read').click();
    expect(await question.textContent()).not.toContain('type');
    await on.keyboard.press('Escape');
    await on.locator('carillon-panel select').selectOption('quota_warning');
    await until(async () => (await rows(on).count()) === 3, 'those of one type');
    await on.locator('carillon-panel .delete-read').click();
    expect(await question.textContent()).toContain(sentence);
    await on.locator('dialog.confirm .danger').click();
    await has('inbox', ['of another type']);
  });

  it('asks before all of more than can be taken back are marked', async () => {
    const many = Array.from({ length: 201 }, (_, index) => post(`event ${index}`));
    await Promise.all(many);
    const on = await page();
    await bell(on).click();
    await rows(on).first().waitFor();
    await on.locator('carillon-panel .mark-all').click();
    await on.getByText('There are so many that this cannot be undone.').waitFor();
    await expectFocus(on, 'Cancel');
    await on.keyboard.press('Enter');
    await on.locator('carillon-panel select').selectOption('quota_warning');
    await on.locator('carillon-panel .mark-all').click();
    await on.getByText('cannot be undone. Only notifications of the type “Quota warning” are').waitFor();
    await on.locator('dialog.confirm .danger').click();
    await expectUnread(on, 0);
    expect(await on.locator('.undo').count()).toBe(0);
  });

  it.each([
    ['names it, as in Chromium', 'http\\S+$'],
    ['does not, as in Safari', 'names nothing$'],
  ])('tries again when the panel’s script cannot be loaded: the error %s', async (_, found) => {
    await post('one');
    const context = await browsing.signIn(browsing.user);
    // A page that has the bell alone.
    await context.route('**/page/element.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: "import './bell.js';" }),
    );
    await context.route('**/page/bell.js', async (route) => {
      const response = await route.fetch({ url: `${site.url}/carillon/bell.js` });
      const script = await response.text();
      expect(script).toContain('/http\\S+$/');
      await route.fulfill({ response, body: script.replace('http\\S+$', () => found) });
    });
    const on = await live(await site.open(context));
    await expectUnread(on, 1);
    expect(await on.evaluate(() => customElements.get('carillon-panel'))).toBeUndefined();
    await on.route('**/page/panel.js*', (route) => route.abort());
    await bell(on).click();
    await on.getByText('This could not be loaded.').waitFor();
    await on.unroute('**/page/panel.js*');
    // As in a browser that remembers what could not be had, which not every version does.
    await on.route('**/page/panel.js', (route) => route.abort());
    await on.getByRole('button', { name: 'Try again' }).click();
    await rows(on).first().waitFor();
  });
});
