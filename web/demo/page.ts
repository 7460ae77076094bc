export interface DemoUser {
  id: string;
  name: string;
  email: string;
  token: string;
}

export interface DemoType {
  key: string;
  description: string;
  level: string;
}

interface Session {
  users: DemoUser[];
  types: DemoType[];
  webhook_sink: string;
  /** Where the API is mounted, when not at `/v1`. */
  base_url?: string;
}

const THEMES = { '': 'System', light: 'Light', dark: 'Dark' };
const LANGUAGES = { en: 'English', fr: 'Français' };

export async function startSession(): Promise<Session> {
  return (await (await fetch('/demo/session')).json()) as Session;
}

/** Theme and language, for every element of the page. */
export function showSettings(): void {
  choice('theme', THEMES, (theme) => {
    document.documentElement.dataset.theme = theme;
    for (const element of elements()) element.toggleAttribute('theme', theme !== '');
    for (const element of elements()) if (theme) element.setAttribute('theme', theme);
  });
  choice('language', LANGUAGES, (language) => {
    for (const element of elements()) element.lang = language;
  });
}

function choice(id: string, options: Record<string, string>, apply: (value: string) => void): void {
  const select = byId<HTMLSelectElement>(id);
  for (const [value, label] of Object.entries(options)) select.append(new Option(label, value));
  select.onchange = () => apply(select.value);
}

function elements(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('body *')].filter(({ localName }) =>
    localName.startsWith('carillon-'),
  );
}

export function byId<T extends HTMLElement>(id: string): T {
  return required(document.getElementById(id), `#${id}`) as T;
}

export function required<T>(element: T | null, what: string): T {
  if (element === null) throw new Error(`The page has no ${what}.`);
  return element;
}
