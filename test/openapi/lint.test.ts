import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type TestApp } from '../support/app.js';

const REDOCLY = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
const CONTRACTS = ['account', 'inbox', 'sites', 'workspace'];

let t: TestApp;
let folder: string;

beforeAll(async () => {
  t = await startApp();
  folder = mkdtempSync(join(tmpdir(), 'carillon-openapi-'));
});

afterAll(async () => {
  await t.close();
  rmSync(folder, { recursive: true });
});

/** What Redocly's recommended rules find, errors and warnings. */
function problems(file: string): unknown {
  const { stdout } = spawnSync(process.execPath, [REDOCLY, 'lint', file, '--format=json'], {
    encoding: 'utf8',
    // Nothing is asked of or sent to the network.
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return (JSON.parse(stdout) as { problems: unknown }).problems;
}

it.each(readdirSync('openapi'))('finds nothing in openapi/%s, which is committed', (file) => {
  expect(problems(join('openapi', file))).toEqual([]);
}, 60_000);

it('finds nothing in the one that is served of all contracts, which has all that theirs have', async () => {
  const whole = await document('/openapi.json');
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(whole));
  expect(problems(file)).toEqual([]);
  expect(whole.servers).toEqual([expect.objectContaining({ url: '/' })]);
  const parts = await Promise.all(CONTRACTS.map((name) => document(`/openapi/${name}.json`)));
  expect(whole.paths).toEqual(Object.assign({}, ...parts.map(({ paths }) => paths)));
  expect(whole.components.schemas).toEqual(
    Object.assign({}, ...parts.map(({ components }) => components.schemas)),
  );
}, 60_000);

interface Document {
  servers: unknown[];
  paths: object;
  components: { schemas: object };
}

async function document(path: string): Promise<Document> {
  return (await t.http.get(path).expect(200)).body as Document;
}
