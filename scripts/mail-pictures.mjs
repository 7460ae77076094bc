// Makes the pictures of mails in docs/images: `node --import ./test/support/typescript.mjs scripts/mail-pictures.mjs [folder]`.
// Needs Debian's chromium (or CHROMIUM).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { LOGO, LOGO_URL, SAMPLES } from '../test/channels/email/support/samples.ts';

const folder = process.argv[2] ?? 'docs/images';
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
});
for (const [name, { html }] of Object.entries(SAMPLES)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 640]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 400 } });
      await page.route(LOGO_URL, (route) => route.fulfill({ contentType: 'image/svg+xml', body: LOGO }));
      await page.setContent(html, { waitUntil: 'networkidle' });
      await page.screenshot({
        path: join(folder, `mail-${name}-${colorScheme}-${width}.png`),
        fullPage: true,
      });
      await page.close();
    }
  }
}
await browser.close();
