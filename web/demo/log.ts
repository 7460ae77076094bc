interface LogEntry {
  at: string;
  headers: Record<string, string>;
  body: string | object;
}

/** A second is soon enough for somebody who watches, and little work for the server. */
const EVERY_MS = 1_000;
const SHOWN = 20;

/** Keeps the list of received webhooks up to date while the page is looked at. */
export function showLog(list: HTMLElement): void {
  let shown = '';
  const look = async (): Promise<void> => {
    if (document.hidden) return;
    const response = await fetch('/demo/webhook-log').catch(() => undefined);
    if (!response?.ok) return;
    const text = await response.text();
    if (text === shown) return;
    shown = text;
    const { entries } = JSON.parse(text) as { entries: LogEntry[] };
    const newest = [...entries].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, SHOWN);
    list.replaceChildren(...(newest.length > 0 ? newest.map(item) : [nothing()]));
  };
  void look();
  setInterval(() => void look(), EVERY_MS);
}

function item({ at, headers, body }: LogEntry): HTMLElement {
  const parsed: unknown = typeof body === 'string' ? parse(body) : body;
  const type =
    typeof parsed === 'object' && parsed !== null && 'type' in parsed ? String(parsed.type) : 'webhook';
  const time = element('time', new Date(at).toLocaleTimeString());
  const id = element('span', headers['webhook-id'] ?? '');
  const head = document.createElement('div');
  head.append(element('strong', type), time, id);
  const row = document.createElement('li');
  row.append(head, element('pre', typeof parsed === 'string' ? parsed : JSON.stringify(parsed, null, 2)));
  return row;
}

function nothing(): HTMLElement {
  const row = element('li', 'Nothing was received yet.');
  row.className = 'empty';
  return row;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
