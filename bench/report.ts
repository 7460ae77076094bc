import type { Machine } from './machine.js';
import type { Figure } from './measure.js';
import type { Row, Target } from './result.js';

/** A whole run, as the JSON file has it. */
export interface Result {
  machine: Machine;
  scale: { users: number; rows: number };
  /** By the name of the group: a run of some groups replaces theirs and leaves the others. */
  groups: Record<string, Row[]>;
}

/** The result as a table for the terminal. */
export function asText(result: Result): string {
  const lines: string[][] = [['', 'requests/s', 'p50', 'p99 ms', 'cpu µs', '× floor', 'target']];
  for (const row of Object.values(result.groups).flat()) {
    lines.push([row.what, ...figureCells(row.ours), '', targetsText(row.targets)]);
    for (const { name, figure, ratio } of row.floors) {
      lines.push([`  ${name}`, ...figureCells(figure), ratio.toFixed(2), '']);
    }
    if (row.note) lines.push([`  (${row.note})`, '', '', '', '', '', '']);
  }
  const isWide = (cell: string) => cell.length > 60;
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => (isWide(line[column] ?? '') ? 0 : (line[column]?.length ?? 0)))),
  );
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths?.[column] ?? 0) : cell.padStart(widths?.[column] ?? 0);
  return `${lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')}\n`;
}

/** The result as docs/performance.md. @param notes what is written by hand: how it is measured, what was tried */
export function asMarkdown(result: Result, notes: string): string {
  const { machine, scale } = result;
  const rows = Object.values(result.groups).flat();
  const targets = rows.flatMap((row) => row.targets);
  const missed = targets.filter(({ met }) => !met).length;
  return `<!-- Written by \`npm run bench -- --write\`. The prose is in bench/notes.md. -->

# Performance

${notes.trim()}

## The last run

${count(scale.rows)} notifications of ${count(scale.users)} users, on ${machine.at.slice(0, 10)}: ${machine.cpu}, ${machine.cores} cores,
${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, PostgreSQL ${machine.postgres} (embedded, full durability).
The load average before the run was ${machine.loadBefore}. ${targets.length - missed} of ${targets.length} targets are met.

${table(
  ['', 'requests/s', 'p50 ms', 'p99 ms', 'processor µs', 'Carillon ÷ it', 'target'],
  rows.filter(({ ours }) => typeof ours !== 'string').flatMap(markdownLines),
)}

"Processor" is what one request costs: in the program, and in PostgreSQL for it.

${table(
  ['', 'Carillon', 'compared with', 'Carillon ÷ it', 'target'],
  rows
    .filter(({ ours }) => typeof ours === 'string')
    .map((row) => [
      row.what,
      String(row.ours),
      row.floors.map(({ name, figure }) => `${name}: ${String(figure)}`).join('; '),
      row.floors.map(({ ratio }) => ratio.toFixed(2)).join('; '),
      targetsText(row.targets),
    ]),
)}
`;
}

function markdownLines(row: Row): string[][] {
  return [
    [`**${row.what}**`, ...figureCells(row.ours), '', targetsText(row.targets)],
    ...row.floors.map(({ name, figure, ratio }) => [name, ...figureCells(figure), ratio.toFixed(2), '']),
    ...(row.note ? [[`*${row.note}*`, '', '', '', '', '', '']] : []),
  ];
}

function figureCells(figure: Figure | string): string[] {
  if (typeof figure === 'string') return [figure, '', '', ''];
  const { program, database } = figure.cpu;
  const micro = (milliseconds: number) => Math.round(milliseconds * 1000);
  return [
    figure.perSecond < 100 ? figure.perSecond.toFixed(1) : count(figure.perSecond),
    figure.p50.toFixed(1),
    figure.p99.toFixed(1),
    // Not a number where there is no /proc, which JSON keeps as null.
    !Number.isFinite(program) ? '' : `${micro(program)} + ${micro(database)}`,
  ];
}

function targetsText(targets: Target[]): string {
  return targets.map(({ text, met }) => `${text}: ${met ? 'met' : 'NOT MET'}`).join(', ');
}

function table(head: string[], lines: string[][]): string {
  const all = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...lines];
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
