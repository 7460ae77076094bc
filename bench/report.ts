import type { Line } from './growth-chart.js';
import { growthTable } from './growth-table.js';
import type { Machine } from './machine.js';
import type { Figure } from './measure.js';
import type { Row, Target } from './result.js';
import { count, table } from './table.js';

/** When, where and over how much something was measured. */
export interface Run {
  machine: Machine;
  scale: { users: number; rows: number };
}

/** What is known, as the JSON file has it. */
export interface Result {
  /** The latest first. */
  runs: Run[];
  /** By the name of the group; `at` says of which run it is. */
  groups: Record<string, { at: string; rows: Row[] }>;
}

/** A run of some groups replaces theirs and leaves the others, which stay those of their own run. */
export function merge(before: Result, after: Result, order: string[]): Result {
  const all = { ...before.groups, ...after.groups };
  const groups = Object.fromEntries(order.flatMap((name) => (all[name] ? [[name, all[name]] as const] : [])));
  const used = new Set(Object.values(groups).map(({ at }) => at));
  const runs = [...after.runs, ...before.runs].filter(({ machine }) => used.has(machine.at));
  return { runs, groups };
}

/** The result as a table for the terminal. */
export function asText(result: Result): string {
  const lines: string[][] = [['', 'requests/s', 'p50', 'p99 ms', 'cpu µs', '× floor', 'target']];
  for (const row of Object.values(result.groups).flatMap(({ rows }) => rows)) {
    lines.push([row.what, ...figureCells(row.carillon), '', targetsText(row.targets)]);
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

/**
 * The result as docs/performance.md.
 * @param notes what is written by hand: how it is measured, what was tried. Its links are those of its own folder, and
 *   `<!-- growth -->` stands for the table of growth
 */
export function asMarkdown(result: Result, notes: string, growth: Line[]): string {
  const rows = Object.values(result.groups).flatMap((group) =>
    group.rows.map((row) => ({ ...row, what: row.what + runMark(result, group.at) })),
  );
  const targets = rows.flatMap((row) => row.targets);
  const missed = targets.filter(({ met }) => !met).length;
  return `<!-- Written by \`npm run bench -- --write\`. The prose is in bench/notes.md. -->

# Performance

${notes.trim().replaceAll('](../docs/', '](').replace('<!-- growth -->', growthTable(growth))}

## ${result.runs.length > 1 ? 'The last runs' : 'The last run'}

${runsText(result)}
${targets.length - missed} of ${targets.length} targets are met.

${table(
  ['', 'requests/s', 'p50 ms', 'p99 ms', 'processor µs', 'Carillon ÷ it', 'target'],
  rows.filter(({ carillon }) => typeof carillon !== 'string').flatMap(markdownLines),
)}

"Processor" is what one request costs: in the program, and in PostgreSQL for it.

${table(
  ['', 'Carillon', 'compared with', 'Carillon ÷ it', 'target'],
  rows
    .filter(({ carillon }) => typeof carillon === 'string')
    .map((row) => [
      row.what,
      String(row.carillon),
      row.floors.map(({ name, figure }) => `${name}: ${String(figure)}`).join('; '),
      row.floors.map(({ ratio }) => ratio.toFixed(2)).join('; '),
      targetsText(row.targets),
    ]),
)}
`;
}

/** Figures of different runs must not be taken for those of one. */
function runMark({ runs }: Result, at: string): string {
  const index = runs.findIndex(({ machine }) => machine.at === at);
  return runs.length > 1 ? ` (run ${index + 1})` : '';
}

function runsText({ runs, groups }: Result): string {
  if (runs.length === 1) return runText(runs[0] as Run);
  const lines = runs.map((run, index) => {
    const names = Object.keys(groups).filter((name) => groups[name]?.at === run.machine.at);
    return `${index + 1}. ${runText(run).replaceAll('\n', ' ')} It measured: ${names.join(', ')}.`;
  });
  return `Figures of ${runs.length} runs; rows say of which they are. Ratios are always of one run.\n\n${lines.join('\n')}\n`;
}

function runText({ machine, scale }: Run): string {
  return `${count(scale.rows)} notifications of ${count(scale.users)} users, on ${machine.at.slice(0, 16).replace('T', ' ')} UTC:
${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, PostgreSQL
${machine.postgres} (embedded, full durability). The load average before the run was ${machine.loadBefore}.`;
}

function markdownLines(row: Row): string[][] {
  return [
    [`**${row.what}**`, ...figureCells(row.carillon), '', targetsText(row.targets)],
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
