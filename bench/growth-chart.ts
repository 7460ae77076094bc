/** The cost of one operation at several sizes. */
export interface Line {
  name: string;
  points: Point[];
}

/** At one size: processor time of one operation in microseconds, and what PostgreSQL touched for it. */
export interface Point {
  rows: number;
  cost: number;
  /** Of the server, and of the whole of PostgreSQL. */
  program?: number;
  database?: number;
  /** Pages that were in PostgreSQL's buffers, and that it had to get from the system. */
  hit?: number;
  read?: number;
  /** Pages that went to the log as a whole, because they were changed for the first time since a checkpoint. */
  fullPages?: number;
  logBytes?: number;
}

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 60;
const RIGHT = 250;
const TOP = 30;
const BOTTOM = 45;

/** Told apart by people who see no red, too (Okabe and Ito's palette). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'];
/** Beyond the colours, lines are told apart by their dashes. */
const DASHES = ['', ' stroke-dasharray="6 3"', ' stroke-dasharray="2 3"'];

/** A line chart: rows on a logarithmic scale, cost on a linear one from zero, so that flat looks flat. */
export function drawGrowth(lines: Line[]): string {
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map(({ rows }) => rows)))].sort(
    (a, b) => a - b,
  );
  const most = Math.max(...lines.flatMap(({ points }) => points.map(({ cost }) => cost)));
  const top = niceCeiling(most);
  const logs = [Math.log10(sizes[0] ?? 1), Math.log10(sizes[sizes.length - 1] ?? 10)] as const;
  const x = (rows: number) =>
    LEFT + ((Math.log10(rows) - logs[0]) / Math.max(1e-9, logs[1] - logs[0])) * (WIDTH - LEFT - RIGHT);
  const y = (cost: number) => HEIGHT - BOTTOM - (cost / top) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(top * part).toFixed(1);
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#ddd"/>
  <text x="${LEFT - 8}" y="${at}" dy="0.35em" text-anchor="end">${Math.round(top * part)}</text>`;
  });
  const ticks = sizes.map(
    (rows) =>
      `<text x="${x(rows).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${rows.toLocaleString('en')}</text>`,
  );
  const places = spread(lines.map(({ points }) => y(points[points.length - 1]?.cost ?? 0)));
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const dashes = DASHES[Math.floor(index / COLOURS.length) % DASHES.length];
    const path = points.map(({ rows, cost }) => `${x(rows).toFixed(1)},${y(cost).toFixed(1)}`).join(' ');
    const dots = points.map(
      ({ rows, cost }) =>
        `<circle cx="${x(rows).toFixed(1)}" cy="${y(cost).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>
  ${dots.join('')}
  <text x="${WIDTH - RIGHT + 10}" y="${places[index]?.toFixed(1)}" dy="0.35em" fill="${colour}">${name}${dashes ? ' (dashed)' : ''}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">
  <title>Processor time of one operation by the number of notifications</title>
  <rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
  <text x="${LEFT}" y="16">processor time of one operation, µs (server and PostgreSQL)</text>
  ${grid.join('\n  ')}
  ${ticks.join('\n  ')}
  <text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">notifications</text>
  ${drawn.join('\n  ')}
</svg>
`;
}

/** The next of 1, 2, 5, 10, 20, … so that the axis has round numbers. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) as number) * power;
}

/** Moves labels apart that would lie on each other, from the lowest on the page upwards. */
function spread(places: number[]): number[] {
  const result = [...places];
  const order = places.map((_, index) => index).sort((a, b) => (places[b] ?? 0) - (places[a] ?? 0));
  let limit = Infinity;
  for (const index of order) {
    result[index] = Math.min(result[index] ?? 0, limit);
    limit = (result[index] ?? 0) - 15;
  }
  return result;
}
