// Makes the pictures in docs/images from the demo page of a server of its own: `node scripts/screenshots.mjs [folder]`.
// Needs Debian's chromium (or CHROMIUM), and a built dist/.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = resolve(process.argv[2] ?? join(root, 'docs/images'));
const DESKTOP = { width: 1200, height: 860 };
const PHONE = { width: 390, height: 780 };
// The demo page's header stays at the top: what is below the fold would be taken with it in front.
const TALL = 5_000;

const data = mkdtempSync(join(tmpdir(), 'carillon-screenshots-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = spawn(process.execPath, ['dist/src/main.js'], {
  cwd: root,
  env: { ...process.env, PORT: String(port), CARILLON_DATA_DIR: data },
  stdio: ['ignore', 'ignore', 'inherit'],
});
let browser;
try {
  await answers();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
  });
  mkdirSync(folder, { recursive: true });
  await takeAll();
} finally {
  await browser?.close();
  server.kill('SIGTERM');
  await new Promise((done) => server.once('exit', done));
  rmSync(data, { recursive: true, force: true });
}

async function takeAll() {
  const types = [
    'weekly_report',
    'content_approved',
    'issue.digest',
    'quota_warning',
    'job_failed',
    'job_completed',
  ];
  for (const type of types) await fire('demo-ada', type);

  await take('carillon', { viewport: DESKTOP }, async (page, [ada]) => {
    await openPanel(ada);
    await ada.locator('carillon-panel .toggle').nth(2).click();
    await ada.locator('carillon-panel .toggle').nth(4).click();
    await ada.locator('carillon-panel .scroll').evaluate((list) => {
      list.scrollTo(0, 0);
      list.focus();
    });
    await fire('demo-grace', 'job_completed');
    await fire('demo-grace', 'job_failed');
    await page.locator('.user').nth(1).locator('.toast').nth(1).waitFor();
  });
  for (const colorScheme of ['light', 'dark']) {
    const desktop = { viewport: DESKTOP, colorScheme };
    await take(`bell-${colorScheme}`, desktop, async (_page, [ada]) => ada.locator('.app-bar'));
    await take(`panel-${colorScheme}`, desktop, async (_page, [ada]) => {
      await openPanel(ada);
      return ada.locator('carillon-bell .panel');
    });
    await take(`toast-${colorScheme}`, desktop, async (_page, [ada]) => {
      await fire('demo-ada', 'job_completed');
      await ada.locator('.toast').waitFor();
      return ada.locator('carillon-toasts .stack');
    });
    await take(
      `inbox${colorScheme === 'light' ? '' : '-dark'}`,
      desktop,
      async (page) => {
        for (const index of [1, 2, 4]) await page.locator('carillon-inbox .select input').nth(index).click();
      },
      '/demo/inbox',
    );
    const tall = { ...desktop, viewport: { ...DESKTOP, height: TALL } };
    await take(`preferences-${colorScheme}`, tall, async (_page, [ada]) => {
      await ada.locator('summary', { hasText: 'Preferences' }).click();
      await ada.getByRole('switch').first().waitFor();
      return ada.locator('carillon-preferences');
    });
  }
  const phone = { viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  await take('panel-mobile', phone, async (_page, [ada]) => openPanel(ada));
  await take('inbox-mobile', phone, () => undefined, '/demo/inbox');
  await take(
    'preferences-mobile',
    { ...phone, viewport: { ...PHONE, height: TALL } },
    async (_page, [ada]) => {
      await ada.locator('summary', { hasText: 'Preferences' }).click();
      await ada.getByRole('switch').first().waitFor();
      return ada.locator('carillon-preferences');
    },
  );
}

/** Opens the demo page, does something to it, and takes what that answers, or else the whole window. */
async function take(name, options, prepare, path = '/') {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(url + path);
  await page
    .locator(path === '/' ? '.user:nth-child(2) .status[data-status=live]' : 'carillon-inbox li')
    .first()
    .waitFor();
  const what = await prepare(page, await page.locator('.user').all());
  await page.mouse.move(2, 2);
  await (what ?? page).screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

async function openPanel(user) {
  await user.locator('carillon-bell .bell').click();
  await user.locator('carillon-panel li[data-id]').first().waitFor();
}

async function fire(user_id, type) {
  const body = JSON.stringify({ user_id, type });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/demo/fire`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${type}: ${await response.text()}`);
}

async function answers() {
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) throw new Error('the server has stopped');
    const ready = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the server does not answer');
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
