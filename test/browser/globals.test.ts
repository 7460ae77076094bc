import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startBrowsing } from './support/browsing.js';
import { describeInBrowser } from './support/chromium.js';
import { bell, expectUnread, live, rows, type Site, toasts, until } from './support/site.js';

/** What pages, and the older libraries in them, do to what all scripts share; each is run before the elements' script. */
const CHANGES: Record<string, () => void> = {
  'has given all objects keys of its own': () => {
    const names = 'clone each equals extend filter first has isEmpty last log map merge size tap type';
    for (const name of names.split(' ')) Object.assign(Object.prototype, { [name]: () => 'the page’s' });
    Object.assign(Object.prototype, { ofThePage: 1, nothing: null });
    Object.assign(Array.prototype, { extend: () => 'the page’s', ofThePage: 1 });
  },
  // As Prototype.js up to 1.6 does with lists, and pages that want local times with dates.
  'writes lists and dates as JSON in its own way': () => {
    Object.assign(Array.prototype, { toJSON: () => '["the page’s"]' });
    Date.prototype.toJSON = () => '2000-01-01 00:00';
  },
  // As zone.js and Bluebird have left it for years.
  'has promises of before 2018': () => {
    const Real = Promise;
    class Plain<T> {
      readonly #real: Promise<T>;
      constructor(run: ConstructorParameters<typeof Promise<T>>[0]) {
        this.#real = new Real(run);
      }
      // oxlint-disable-next-line unicorn/no-thenable -- it stands for a promise
      then(...handlers: Parameters<Promise<T>['then']>): unknown {
        return new Plain((resolve, reject) => void this.#real.then(...handlers).then(resolve, reject));
      }
      catch(handler: () => unknown): unknown {
        return this.then(undefined, handler as () => never);
      }
      static resolve = (value: unknown): unknown => new Plain((resolve) => resolve(value));
      static reject = (reason: Error): unknown => new Plain((_, reject) => reject(reason));
      static all = (all: Iterable<unknown>): unknown => Plain.resolve(Real.all(all));
      static race = (all: Iterable<unknown>): unknown => Plain.resolve(Real.race(all));
    }
    window.Promise = Plain as unknown as PromiseConstructor;
  },
  // As Prototype.js and MooTools do.
  'has functions of lists of its own': () => {
    Object.assign(Array, { from: (list: ArrayLike<unknown>) => Array.prototype.slice.call(list) });
    Object.assign(Array.prototype, {
      entries(this: unknown[]) {
        return this.slice();
      },
      reduce(this: unknown[]) {
        return this.length > 1 ? this : this[0];
      },
    });
  },
  // As a page does that runs code of strangers.
  'has frozen what belongs to the language': () => {
    const names = ['Object', 'Array', 'Function', 'String', 'Number', 'Symbol', 'Date', 'RegExp', 'Error'];
    names.push('TypeError', 'Promise', 'Map', 'Set', 'WeakMap', 'JSON', 'Math', 'Reflect', 'Uint8Array');
    for (const name of names) {
      const one = (window as unknown as Record<string, { prototype?: object }>)[name];
      for (const part of [one, one?.prototype]) if (part) Object.freeze(part);
    }
    Object.freeze(crypto);
  },
  'has taken away what the elements can do without': () => {
    for (const name of ['EventSource', 'XMLHttpRequest', 'crypto', 'Request', 'Headers', 'WeakRef'])
      Object.defineProperty(window, name, { value: undefined });
  },
};

describeInBrowser('in a page', () => {
  let site: Site;
  const browsing = startBrowsing();
  beforeAll(() => {
    ({ site } = browsing);
  });
  beforeEach(() => {
    site.complaints.length = 0;
  });

  const open = async (change: () => void): Promise<Page> => {
    const context = await browsing.signIn(browsing.user);
    await context.addInitScript(change);
    return live(await site.open(context));
  };
  const post = (title: string): Promise<{ id: string }> =>
    site.app.post({ type: 'job_failed', user_ids: [browsing.user], title });
  const got = async (path: string): Promise<Record<string, unknown>> =>
    (await site.app.as(browsing.user).get(path).expect(200)).body as Record<string, unknown>;

  const toasted = async (): Promise<boolean | undefined> => {
    const { types } = (await got('/v1/preferences')) as { types: Record<string, { toast: boolean }> };
    return types['job_failed']?.toast;
  };

  it.each(Object.entries(CHANGES))('that %s, the elements work', async (_, change) => {
    await post('first');
    await post('second');
    const page = await open(change);
    await expectUnread(page, 2);
    await post('third');
    await toasts(page).filter({ hasText: 'third' }).locator('button').click();
    await toasts(page).waitFor({ state: 'detached' });

    await bell(page).click();
    await rows(page).nth(2).waitFor();
    await rows(page).first().locator('.bin').click();
    await expectUnread(page, 2);
    await page.locator('carillon-panel .undo').click();
    await expectUnread(page, 3);
    await rows(page).first().focus();
    await page.keyboard.press('h');
    await page.locator('carillon-panel dialog.snooze button.time').first().click();
    await expectUnread(page, 2);
    const { notifications } = await got('/v1/notifications?state=snoozed');
    expect(notifications).toEqual([expect.objectContaining({ title: 'third' })]);

    await page.locator('carillon-panel .to-preferences').click();
    await page.getByRole('switch', { name: 'Job failed: Toast' }).uncheck();
    await until(async () => (await toasted()) === false, 'the preference is saved');
    await page.keyboard.press('Escape');

    await page.evaluate(() => {
      const element = document.createElement('carillon-webhooks');
      element.setAttribute('base-url', '/v1');
      document.querySelector('main')?.append(element);
    });
    await page.locator('carillon-webhooks .add').click();
    await page.getByLabel('Name').fill('My server');
    await page.getByLabel('URL').fill('https://hooks.example.com/carillon');
    await page.getByLabel('All events').uncheck();
    await page.getByLabel('job.failed').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'My server' }).waitFor();
    const { webhooks } = await got('/v1/webhooks');
    expect(webhooks).toEqual([expect.objectContaining({ events: ['job.failed'] })]);
    expect(site.complaints).toEqual([]);
  });
  it('whose keys of all objects are called like settings of the elements, the bell counts and toasts', async () => {
    await post('first');
    const page = await open(() => {
      for (const name of [
        'attribute',
        'converter',
        'hasChanged',
        'noAccessor',
        'reflect',
        'state',
        'wrapped',
      ])
        Object.assign(Object.prototype, { [name]: () => 'the page’s' });
    });
    await expectUnread(page, 1);
    await post('second');
    await toasts(page).filter({ hasText: 'second' }).waitFor();
    await expectUnread(page, 2);
    expect(site.complaints).toEqual([]);
  });
});
