import { Logger } from '@nestjs/common';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cleanup } from './groups/cleanup.js';
import { unreadCounts } from './groups/count.js';
import { deliveries, notifyWithWebhooks } from './groups/deliveries.js';
import { deepPages, lists } from './groups/list.js';
import { changeMany, markOne } from './groups/mark.js';
import { notifyMany, notifyOne } from './groups/notify.js';
import { growth } from './growth.js';
import { coldStart, memory } from './groups/start.js';
import { streams } from './groups/streams.js';
import { describeMachine, loadNow, type Machine } from './machine.js';
import { asMarkdown, asText, type Result } from './report.js';
import type { Row } from './result.js';
import { withWorld, type World } from './world.js';

/** In the order in which they are measured: what only reads comes first. */
const GROUPS: Record<string, (world: World) => Promise<Row[]>> = {
  list: lists,
  pages: deepPages,
  count: unreadCounts,
  mark: markOne,
  many: changeMany,
  notify: notifyOne,
  'notify-many': notifyMany,
  'notify-webhooks': notifyWithWebhooks,
  deliveries,
  streams,
  memory,
  start: coldStart,
  cleanup,
};

const HELP = `npm run bench -- [options]
  --only <group>     only this group; may be given several times: ${Object.keys(GROUPS).join(', ')}
  --full             10,000,000 notifications of 100,000 users
  --write            writes docs/performance.md and docs/performance.json
  --growth           only the cost of operations by the number of notifications: docs/growth.svg
  --keep <folder>    keeps the data there and uses what is there
  --profile <folder> writes a CPU profile of the server there
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    full: { type: 'boolean', default: false },
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

if (values.growth) {
  await growth('docs/growth', say);
  process.exit(0);
}

/** No group takes longer unless something hangs; the long run has ten times as much to read. */
const GROUP_MS = values.full ? 900_000 : 180_000;

const RESULT = 'docs/performance.json';

const scale = values.full ? { users: 100_000, rows: 10_000_000 } : { users: 10_000, rows: 1_000_000 };
const serverFlags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
const loadBefore = loadNow();
const groups: Result['groups'] = {};
let machine: Machine | undefined;

await withWorld({ scale, keep: values.keep, serverFlags, say }, async (world) => {
  machine = await describeMachine(world.db, loadBefore);
  for (const name of chosen) {
    const began = performance.now();
    try {
      groups[name] = await within(GROUP_MS, (GROUPS[name] as (world: World) => Promise<Row[]>)(world));
    } catch (error) {
      // What was measured until now is still worth knowing; what the group has under way would disturb the others.
      say(`${name} failed: ${(error as Error).stack}`);
      process.exitCode = 1;
      return;
    }
    say(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
});

if (machine) {
  const result: Result = { machine, scale, groups };
  process.stdout.write(asText(result));
  if (values.write) write(result);
}

function write(result: Result): void {
  const before = existsSync(RESULT) ? (JSON.parse(readFileSync(RESULT, 'utf8')) as Result).groups : {};
  const merged = { ...before, ...result.groups };
  const ordered = Object.keys(GROUPS).flatMap((name) =>
    merged[name] ? [[name, merged[name]] as const] : [],
  );
  const whole = { ...result, groups: Object.fromEntries(ordered) };
  writeFileSync(RESULT, `${JSON.stringify(whole, undefined, 2)}\n`);
  writeFileSync('docs/performance.md', asMarkdown(whole, readFileSync('bench/notes.md', 'utf8')));
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
