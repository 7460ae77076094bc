import type { Line, Point } from './growth-chart.js';
import { count, table } from './table.js';

/** What is behind the chart: each operation at each size, and what PostgreSQL touched for it. */
export function growthTable(lines: Line[]): string {
  return table(
    [
      '',
      'notifications',
      'processor µs',
      'pages in memory',
      'pages read',
      'whole pages logged',
      'bytes logged',
    ],
    lines.flatMap(({ name, points }) =>
      points.map((point, index) => [index === 0 ? `**${name}**` : '', count(point.rows), ...cells(point)]),
    ),
  );
}

function cells({ cost, program, database, hit, read, fullPages, logBytes }: Point): string[] {
  const exact = (value: number | undefined) => value?.toFixed(value < 10 ? 2 : 0) ?? '';
  const whole = (value: number | undefined) => (value === undefined ? '' : String(Math.round(value)));
  const parts = program === undefined ? whole(cost) : `${whole(program)} + ${whole(database)}`;
  return [parts, exact(hit), exact(read), exact(fullPages), whole(logBytes)];
}
