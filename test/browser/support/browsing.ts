import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, LaunchOptions } from 'playwright-core';
import type { TestOptions } from '../../support/app.js';
import { launch } from './chromium.js';
import { Site } from './site.js';

/** A site, and a browser that its users sign in with. */
export interface Browsing {
  readonly site: Site;
  /** Another one for each test. */
  readonly user: string;
  /** As {@link Site.signIn}, until the next test. */
  signIn(userId: string, options?: BrowserContextOptions): Promise<BrowserContext>;
}

/** Starts both for the tests of a suite, and ends them after it. @param server its options */
export function startBrowsing(options: LaunchOptions = {}, server: TestOptions = {}): Browsing {
  let site: Site;
  let browser: Browser;
  let users = 0;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    [site, browser] = await Promise.all([Site.start(server), launch([], options)]);
  }, 120_000);
  beforeEach(async () => {
    users += 1;
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  return {
    get site() {
      return site;
    },
    get user() {
      return `user-${users}`;
    },
    async signIn(userId, contextOptions) {
      const context = await site.signIn(browser, userId, contextOptions);
      contexts.push(context);
      return context;
    },
  };
}
