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
