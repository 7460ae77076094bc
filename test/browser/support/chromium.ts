import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

/** Debian's package; playwright-core brings no browser of its own. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Tests that need a browser. On a machine without one they are skipped, which their title says. */
export function describeInBrowser(name: string, body: () => void): void {
  const reason = `skipped: there is no browser at ${CHROMIUM}: install chromium, or set CHROMIUM`;
  if (existsSync(CHROMIUM)) describe(name, body);
  else describe.skip(`${name} (${reason})`, body);
}

/** @param args more arguments @param options other ones */
export function launch(args: string[] = [], options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      // Nothing of the browser's own goes out: a closed network would refuse it, over and over.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...args,
    ],
    ...options,
  });
}
