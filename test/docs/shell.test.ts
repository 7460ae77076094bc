import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../src/database/embedded/server-process.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { temporaryFolder } from '../support/program.js';
import { type Block, blocksFor } from './support/blocks.js';

// Each command of an operator is a process, a second or two; there are a dozen.
jest.setTimeout(300_000);

/** As the README's list of guides has them: what one page has set, the next ones use. */
const READING_ORDER = [
  'README',
  'docs/get-started',
  'docs/contacts',
  'docs/email',
  'docs/push',
  'docs/scheduling',
  'docs/inbox',
  'docs/actions',
  'docs/webhooks',
  'docs/filter',
  'docs/operate',
];
const place = ({ page }: Block): number => READING_ORDER.indexOf(page.replace('.md', ''));

/** A reader's shell: it ends at the first failure, and an answer that is no success is one. */
const SHELL = `set -euo pipefail
curl() { command curl --fail-with-body "$@"; }
`;

const folder = temporaryFolder();
let database: TestDatabase;
let port: number;
let server: ChildProcess | undefined;

beforeAll(async () => {
  database = await createEmptyDatabase();
  port = await freePort();
});
afterAll(async () => {
  await stop();
  await database.drop();
  folder.remove();
});

/** Runs a script in the checkout, as a group of processes of its own. */
function shell(script: string): { child: ChildProcess; output: () => string } {
  // What `npm ci` would do, without taking away what the tests run on.
  const commands = script.replace(/\bnpm ci\b/g, 'npm ci --dry-run --offline --ignore-scripts');
  const child = spawn('bash', ['-c', SHELL + commands.replaceAll(':3000', `:${port}`)], {
    detached: true,
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(port) },
      ...{ DATABASE_URL: database.url, CARILLON_DATA_DIR: join(folder.path, 'data') },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output };
}

async function stop(): Promise<void> {
  if (server?.pid === undefined || server.exitCode !== null) return;
  const exited = once(server, 'exit');
  process.kill(-server.pid, 'SIGTERM');
  await exited;
}

it('the commands of the pages work, one after the other, beside the server of the README', async () => {
  const [serve, ...more] = blocksFor('serve');
  expect(more).toEqual([]);
  const started = shell(serve?.code ?? '');
  server = started.child;
  const health = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await health())) {
    if (server.exitCode !== null) throw new Error(`the server ended: ${started.output()}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }

  const blocks = blocksFor('shell').sort((one, other) => place(one) - place(other));
  expect(blocks.filter((block) => place(block) < 0)).toEqual([]);
  const script = blocks.map(({ page, line, code }) => `echo '=== ${page}:${line}'\n${code}`).join('\n');
  const run = shell(script);
  const [code] = (await once(run.child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`a command ended with ${code}:\n${run.output()}`);
  expect(run.output()).toContain('"title":"The nightly import failed"');
});
