/** A second is soon enough for a person who watches, and little work for the server. */
const EVERY_MS = 1_000;

/** Keeps a list up to date while the page is looked at. @param show is called with what has changed */
export function poll<T>(path: string, show: (answer: T) => void): void {
  let shown = '';
  const look = async (): Promise<void> => {
    if (document.hidden) return;
    const response = await fetch(path).catch(() => undefined);
    if (!response?.ok) return;
    const text = await response.text();
    if (text === shown) return;
    shown = text;
    show(JSON.parse(text) as T);
  };
  void look();
  setInterval(() => void look(), EVERY_MS);
}

/** @param content text, whatever it contains */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  ...content: (string | Node)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

export function nothing(text: string): HTMLElement {
  return Object.assign(element('li', text), { className: 'empty' });
}
