import type { Caller } from './ask.js';
import type { Observed } from './observe.js';
import type { ServedRoute } from './routes.js';

const BEGIN = '<!-- routes: written by `npm run security-table` -->';
const END = '<!-- /routes -->';

const COLUMNS: [heading: string, caller: Caller][] = [
  ['anonymous', 'anonymous'],
  ['the user', 'owner'],
  ['another user', 'other'],
  ['API key', 'api_key'],
  ['admin key', 'admin_key'],
  ['revoked key', 'revoked_key'],
];

/** The statuses that were observed, as a Markdown table. HEAD is left out: it has those of GET. */
export function writeTable(routes: ServedRoute[], observed: ReadonlyMap<string, Observed>): string {
  const rows = routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ name }) => {
      const answers = observed.get(name)?.answers;
      return [`\`${name}\``, ...COLUMNS.map(([, caller]) => `${answers?.[caller].status ?? '?'}`)];
    });
  const head = ['route', ...COLUMNS.map(([heading]) => heading)];
  // As prettier writes it: every column as wide as its widest cell.
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}

/** The part of the page that is generated. */
export function tableBetweenMarkers(page: string): string {
  return page.slice(page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)).trim();
}

/** The page with another table. */
export function replaceTable(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end === -1) throw new Error(`SECURITY.md needs the lines ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`;
}
