import { Logger } from '@nestjs/common';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cleanup } from './groups/cleanup.js';
import { unreadCounts } from './groups/count.js';
import { deliveries, notifyWithWebhooks } from './groups/deliveries.js';
import { emails, emailsMemory } from './groups/emails.js';
import { listsInHosts } from './groups/host.js';
import { deepPages, lists } from './groups/list.js';
import { changeMany, markOne } from './groups/mark.js';
import { notifyMany, notifyOne, notifyWithFiveChannels } from './groups/notify.js';
import { growth } from './growth.js';
import { processes } from './scaling.js';
import { pushes } from './groups/pushes.js';
import { coldStart, memory } from './groups/start.js';
import { streams } from './groups/streams.js';
import { timing } from './groups/timing.js';
import { describeMachine, loadNow } from './machine.js';
import type { Line } from './growth-chart.js';
import { asMarkdown, asText, merge, type Result } from './report.js';
import type { Row } from './result.js';
import { withWorld, type World } from './world.js';

/** In the order in which they are measured: what only reads comes first. */
const GROUPS: Record<string, (world: World) => Promise<Row[]>> = {
  list: lists,
  host: listsInHosts,
  pages: deepPages,
  count: unreadCounts,
  mark: markOne,
  many: changeMany,
  notify: notifyOne,
  'notify-many': notifyMany,
  'notify-channels': notifyWithFiveChannels,
  'notify-webhooks': notifyWithWebhooks,
  deliveries,
  timing,
  emails,
  'emails-memory': emailsMemory,
  pushes,
  streams,
  memory,
  start: coldStart,
  cleanup,
};

const HELP = `npm run bench -- [options]
  --only <group>     only this group; may be given several times: ${Object.keys(GROUPS).join(', ')}
  --full             10,000,000 notifications of 100,000 users
  --json <file>      writes what was measured there, as JSON
  --write            puts it into docs/performance.json, and makes docs/performance.md of that and of bench/notes.md
  --render           measures nothing, only makes docs/performance.md anew
  --growth           only the cost of operations by the number of notifications, which fills ten million of them:
                     docs/growth.svg, docs/growth.json, docs/performance.md
  --processes        only one, two and four server processes: prints the tables of docs/scaling.md
  --keep <folder>    keeps the data there and uses what is there
  --profile <folder> writes a CPU profile of the server there
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    full: { type: 'boolean', default: false },
    json: { type: 'string' },
    render: { type: 'boolean', default: false },
    processes: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    keep: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const chosen = values.only ?? Object.keys(GROUPS);
const unknown = chosen.filter((name) => !(name in GROUPS));
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `no such group: ${unknown.join(', ')}\n${HELP}` : HELP);
  process.exit(unknown.length > 0 ? 1 : 0);
}

const say = (what: string) => process.stderr.write(`${what}\n`);

// Of what the benchmark uses of the server's code in its own process, only what goes wrong is worth a line.
Logger.overrideLogger(['error', 'warn']);

const RESULT = 'docs/performance.json';
const CHART = 'docs/growth';

if (values.render || values.growth || values.processes) {
  if (values.growth) await growth(CHART, say);
  if (values.processes) process.stdout.write(await processes(say));
  else render();
  process.exit(0);
}

/** No group takes longer unless something hangs, on a slow machine either; the long run has ten times as much to read. */
const GROUP_MS = values.full ? 1_800_000 : 600_000;

const scale = values.full ? { users: 100_000, rows: 10_000_000 } : { users: 10_000, rows: 1_000_000 };
const serverFlags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
const loadBefore = loadNow();
const measured: Result = { runs: [], groups: {} };

await withWorld({ scale, keep: values.keep, serverFlags, say }, async (world) => {
  const machine = await describeMachine(world.db, loadBefore);
  measured.runs.push({ machine, scale });
  for (const name of chosen) {
    const began = performance.now();
    try {
      const rows = await within(GROUP_MS, (GROUPS[name] as (world: World) => Promise<Row[]>)(world));
      measured.groups[name] = { at: machine.at, rows };
    } catch (error) {
      // What was measured until now is still worth knowing; what the group has under way would disturb the others.
      say(`${name} failed: ${(error as Error).stack}`);
      process.exitCode = 1;
      return;
    }
    say(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
});

process.stdout.write(asText(measured));
if (values.json) writeJson(values.json, measured);
if (values.write) {
  writeJson(RESULT, merge(readJson<Result>(RESULT), measured, Object.keys(GROUPS)));
  render();
}

/** Makes the page of what is in the repository, so that prose can change without a measurement. */
function render(): void {
  const notes = readFileSync('bench/notes.md', 'utf8');
  const page = asMarkdown(readJson<Result>(RESULT), notes, readJson<Line[]>(`${CHART}.json`));
  writeFileSync('docs/performance.md', page);
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('takes too long')), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
