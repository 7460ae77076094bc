import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { build, Program, temporaryFolder } from '../support/program.js';
import { faults } from './support/axe.js';
import { describeInBrowser, launch } from './support/chromium.js';
import { until } from './support/site.js';

/** Longer than the longest time that there is to wait for. */
const LONG = 60_000;

describeInBrowser('the demo page shows the right moment', () => {
  const folder = temporaryFolder();
  let database: TestDatabase;
  let program: Program;
  let browser: Browser;
  let url: string;
  let context: BrowserContext;

  beforeAll(async () => {
    build();
    [database, browser] = await Promise.all([createTestDatabase(), launch()]);
    program = Program.start('main.js', [], folder.path, {
      PORT: '0',
      CARILLON_DATA_DIR: folder.path,
      DATABASE_URL: database.url,
    });
    [, url = ''] = await program.said(/listens on (http:\/\/127\.0\.0\.1:\d+)/);
  }, 120_000);
  afterEach(() => context.close());
  afterAll(async () => {
    await browser.close();
    await program.end('SIGTERM');
    folder.remove();
    await database.drop();
  });

  /** The card of a user, unfolded: a user for each test, so that none sees another's. */
  async function open(user: 'Ada' | 'Grace', width = 1_280): Promise<{ page: Page; card: Locator }> {
    context = await browser.newContext({ viewport: { width, height: 900 } });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    await page.goto(url);
    const card = page
      .locator('.user')
      .filter({ has: page.getByRole('heading', { name: user, exact: true }) });
    await card.locator('.status[data-status="live"]').waitFor();
    await card.getByText('The right moment', { exact: true }).first().click();
    return { page, card };
  }

  const act = (card: Locator, name: string) => card.locator('.acts').getByRole('button', { name }).click();
  const subjects = async (card: Locator) =>
    (await card.locator('.subjects li:not(.empty)').allTextContents()).map((line) =>
      line.replace(/^[\d:]+( [AP]M)?/, ''),
    );
  /** Mails that have come since there were so many. */
  async function mails(card: Locator, before: number, count: number): Promise<string[]> {
    await until(async () => (await subjects(card)).length >= before + count, `${count} mails more`, LONG);
    const all = await subjects(card);
    return all.slice(0, all.length - before);
  }
  /** What the bell says of how many are unread. */
  const unread = (card: Locator, count: number) =>
    until(
      async () => {
        const name = await card
          .locator('carillon-bell')
          .getByRole('button')
          .first()
          .getAttribute('aria-label');
        return name?.includes(String(count)) === true;
      },
      `${count} are unread`,
      LONG,
    );
  async function snoozed(userId: string): Promise<number> {
    const session = (await (await fetch(`${url}/demo/session`)).json()) as {
      users: { id: string; token: string }[];
    };
    const token = session.users.find(({ id }) => id === userId)?.token;
    const answer = await fetch(`${url}/v1/notifications?state=snoozed`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    return ((await answer.json()) as { notifications: object[] }).notifications.length;
  }

  it.each([375, 1_280])('has no faults at %i px', async (width) => {
    const { page } = await open('Ada', width);
    expect(await faults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  it('mails: after a delay, as a digest, after a pause and after quiet hours', async () => {
    const { card } = await open('Ada');
    await act(card, 'A mail, unless it is read');
    expect(await mails(card, 0, 1)).toEqual([expect.stringContaining('waits for your review')]);
    await act(card, 'Three comments');
    expect(await mails(card, 1, 1)).toEqual([expect.stringContaining('3')]);
    await act(card, 'A pause of 20 seconds');
    expect(await mails(card, 2, 1)).toEqual([expect.stringContaining('2')]);
    await act(card, 'Quiet hours begin');
    await unread(card, 8);
    await act(card, 'Quiet hours end');
    expect(await mails(card, 3, 1)).toEqual([expect.stringContaining('2')]);
  }, 240_000);

  it('interrupts twice, keeps what belongs together as one, and lets one go and come back', async () => {
    const { card } = await open('Grace');
    await act(card, 'Five mentions at once');
    await unread(card, 5);
    expect(await mails(card, 0, 2)).toHaveLength(2);
    await act(card, 'Four answers in one thread');
    await unread(card, 6);
    await act(card, 'Snooze one for 15 seconds');
    await until(async () => (await snoozed('demo-grace')) === 1, 'it has left', LONG);
    await unread(card, 6);
    await unread(card, 7);
    await act(card, 'One that is over in 15 seconds');
    await unread(card, 8);
    await unread(card, 7);
    expect(await subjects(card)).toHaveLength(2);
  }, 240_000);
});
