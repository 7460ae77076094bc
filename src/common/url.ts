/**
 * A text as a URL, or undefined when it is none.
 *
 * `URL.canParse` is not asked: in Node 20 it answers false for every text with a Latin-1 letter (`https://host/café`)
 * once it has been called often enough to be optimised. `URL.parse` exists from Node 22 on.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
