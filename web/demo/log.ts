import { element, nothing, poll } from './poll.js';

interface LogEntry {
  at: string;
  headers: Record<string, string>;
  body: string | object;
}

const SHOWN = 20;

/** Keeps the list of received webhooks up to date. */
export function showLog(list: HTMLElement): void {
  poll<{ entries: LogEntry[] }>('/demo/webhook-log', ({ entries }) => {
    const newest = [...entries].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, SHOWN);
    list.replaceChildren(...(newest.length > 0 ? newest.map(item) : [nothing('Nothing was received yet.')]));
  });
}

function item({ at, headers, body }: LogEntry): HTMLElement {
  const parsed: unknown = typeof body === 'string' ? parse(body) : body;
  const type =
    typeof parsed === 'object' && parsed !== null && 'type' in parsed ? String(parsed.type) : 'webhook';
  const time = element('time', new Date(at).toLocaleTimeString());
  const head = element('div', element('strong', type), time, element('span', headers['webhook-id'] ?? ''));
  return element(
    'li',
    head,
    element('pre', typeof parsed === 'string' ? parsed : JSON.stringify(parsed, null, 2)),
  );
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
