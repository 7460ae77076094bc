import type { Page } from 'playwright-core';
import { until } from './site.js';

/** The text of what has the focus, through every shadow root. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (element === document.body) return '';
    const label = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    return label.replace(/\s+/g, ' ').trim();
  });
}

export async function expectFocus(page: Page, name: string | RegExp): Promise<void> {
  let last = '';
  const isThere = async (): Promise<boolean> => {
    last = await focused(page);
    return typeof name === 'string' ? last === name : name.test(last);
  };
  await until(isThere, `the focus is on ${String(name)}`).catch(() => {
    throw new Error(`the focus is on "${last}", not on ${String(name)}`);
  });
}

/** As far as from one end of a page to the other. */
const MOST_STEPS = 60;

/** Presses a key until something of that name has the focus. */
export async function walkTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (typeof name === 'string' ? now === name : name.test(now)) return;
  }
  throw new Error(`${String(name)} cannot be reached by ${key}`);
}
