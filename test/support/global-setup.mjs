// Starts the database of the whole run: one embedded server in a temporary folder, and in it a template with
// every migration. Plain JavaScript, because jest imports this file itself.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import './typescript.mjs';

export default async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-test-'));
  const { watchFolder } = await import('./watch.ts');
  globalThis.__carillonWatch = watchFolder(folder);

  const { startTestServer } = await import('./server.ts');
  const server = await startTestServer(folder);
  globalThis.__carillonServer = server;
  process.env.CARILLON_TEST_DATABASE = server.url;
}
