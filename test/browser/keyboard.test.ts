import { beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { expectFocus, walkTo } from './support/focus.js';
import { inboxOf } from './support/inbox.js';
import { live, type Site, until } from './support/site.js';

/** Without the keys that one has to know: Tab, Enter, Space and the arrows lead everywhere, and each thing is said once. */
describeInBrowser('by Tab alone', () => {
  let site: Site;
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });

  const { post, has } = inboxOf(browsing);
  /** Three, of which the oldest offers something. */
  const open = async (path: string): Promise<Page> => {
    await post('first', { actions: [{ id: 'yes', label: 'Approve' }] });
    for (const title of ['second', 'third']) await post(title);
    const context = await browsing.signIn(browsing.user, { reducedMotion: 'reduce' });
    const page = await site.open(context, path);
    await live(page, path === '/page/' ? 'carillon-bell' : 'carillon-inbox');
    return page;
  };
  /** What a screen reader says of its own accord, from now on. */
  const listen = async (page: Page, list: string): Promise<() => Promise<string[]>> => {
    await page.locator(list).evaluate((element) => {
      const said: string[] = [];
      (window as unknown as { said: string[] }).said = said;
      for (const region of element.shadowRoot?.querySelectorAll('[role=status], [role=alert], [aria-live]') ??
        [])
        new MutationObserver(() => {
          if (region.textContent) said.push(region.textContent);
        }).observe(region, { childList: true, characterData: true, subtree: true });
    });
    return () => page.evaluate(() => (window as unknown as { said: string[] }).said.splice(0));
  };
  const saysOnce = async (heard: () => Promise<string[]>, text: string): Promise<void> => {
    const all: string[] = [];
    await until(async () => {
      all.push(...(await heard()));
      return all.includes(text);
    }, `"${text}" is said`);
    // It is taken back after a while, and not said again.
    all.push(...(await heard()));
    expect(all).toEqual([text]);
  };

  const press = (page: Page, key = 'Enter'): Promise<void> => page.keyboard.press(key);

  /** One is archived, the next one snoozed, and what the last one offers is taken. */
  const deal = async (page: Page, heard: () => Promise<string[]>): Promise<void> => {
    await walkTo(page, 'Archive: third');
    await press(page);
    await has('archived', ['third']);
    await saysOnce(heard, 'Archived: third');
    await expectFocus(page, /second/);
    await walkTo(page, 'Snooze: second');
    await press(page);
    await pickTime(page);
    await has('snoozed', ['second']);
    await saysOnce(heard, 'Snoozed: second');
    await expectFocus(page, /first/);
    await walkTo(page, 'Approve: first');
    await press(page);
    await saysOnce(heard, 'Done: Approve');
    await expectFocus(page, /first/);
  };
  const pickTime = async (page: Page): Promise<void> => {
    await expectFocus(page, /^(Later today|Tomorrow)/);
    await walkTo(page, /^(This weekend|Next week|Tomorrow)/);
    await press(page);
  };
  /** There and back. */
  const visitPreferences = async (page: Page): Promise<void> => {
    await walkTo(page, 'Notification preferences', 'Shift+Tab');
    await press(page);
    await expectFocus(page, 'Notifications');
    await press(page);
    await expectFocus(page, 'Notification preferences');
  };

  it('leads to everything of the inbox', async () => {
    const page = await open('/page/inbox');
    const to = (name: string | RegExp, key?: string): Promise<void> => walkTo(page, name, key);
    const third = page.locator('carillon-inbox li[data-id]').nth(2);
    await third.waitFor();
    const heard = await listen(page, 'carillon-inbox');

    await to('Snoozed', 'Shift+Tab');
    await press(page);
    await page.getByText('Nothing is snoozed').waitFor();
    await to('Inbox 3', 'Shift+Tab');
    await press(page, 'Space');
    await third.waitFor();
    await to('Unread');
    await press(page);
    await expectFocus(page, 'Unread');
    await to('Type');
    await press(page, 'End');
    await page.getByText('All caught up').waitFor();
    await press(page, 'Home');
    await third.waitFor();
    await to('Unread', 'Shift+Tab');
    await press(page);

    await to('Select: third');
    await press(page, 'Space');
    await saysOnce(heard, '1 selected');
    await to('Select: second');
    await press(page, 'Space');
    await saysOnce(heard, '2 selected');
    await to('Snooze', 'Shift+Tab');
    await press(page);
    await pickTime(page);
    await has('snoozed', ['third', 'second']);
    await saysOnce(heard, 'Snoozed: 2 notifications');
    await expectFocus(page, 'Select all');
    await to('Undo');
    await press(page);
    await has('inbox', ['third', 'second', 'first']);
    await saysOnce(heard, 'Undone: 2 notifications');
    await expectFocus(page, /third/);

    await deal(page, heard);
    await to('Undo');
    await press(page);
    await has('inbox', ['second', 'first']);
    await saysOnce(heard, 'Undone: second');
    await expectFocus(page, /second/);
    await to('Snooze: second');
    await press(page);
    await to('Cancel');
    await press(page);
    await expectFocus(page, 'Snooze: second');

    await to('Mark all as read', 'Shift+Tab');
    await press(page);
    await saysOnce(heard, '1 notification marked as read');
    await to('Archive read');
    await press(page);
    await has('archived', ['third', 'second', 'first']);
    await to('Keyboard shortcuts', 'Shift+Tab');
    await press(page);
    await expectFocus(page, 'Close');
    await press(page);
    await expectFocus(page, 'Keyboard shortcuts');
    await visitPreferences(page);
    expect(site.complaints).toEqual([]);
  });

  it('leads to what is set aside, offered and set in the bell', async () => {
    const page = await open('/page/');
    await walkTo(page, 'Notifications, 3 unread');
    await press(page);
    await page.locator('carillon-panel li[data-id]').nth(2).waitFor();
    await deal(page, await listen(page, 'carillon-panel'));
    await visitPreferences(page);
    expect(site.complaints).toEqual([]);
  });
});
