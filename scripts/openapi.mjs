// Writes the OpenAPI document of each contract to openapi/, from the built application (`npm run openapi`).
// With --check it writes nothing and fails when a committed document is not what the application would say.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApplication } from '../dist/src/application.js';
import { completeBasePaths, completeOptions } from '../dist/src/config/defaults.js';
import { startEmbedded } from '../dist/src/database/embedded/embedded.js';
import { CONTRACT_NAMES, contractDocument } from '../dist/src/http/openapi.js';

const check = process.argv.includes('--check');
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'openapi');
const data = mkdtempSync(join(tmpdir(), 'carillon-openapi-'));
const database = await startEmbedded(data);
const app = await createApplication(
  {
    ...completeOptions({
      database: { url: database.url },
      encryption: { key: 'not a secret: nothing is encrypted while documents are made' },
      auth: { jwtSecret: 'not a secret: no token is made or read either' },
    }),
    basePaths: completeBasePaths(),
  },
  false,
);
const stale = [];
for (const name of CONTRACT_NAMES) {
  const path = join(folder, `${name}.json`);
  const text = `${JSON.stringify(contractDocument(app.http, name), null, 2)}\n`;
  if (!check) writeFileSync(path, text);
  else if (readOr(path) !== text) stale.push(`openapi/${name}.json`);
}
await app.close();
await database.release();
rmSync(data, { recursive: true, force: true });
if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`npm run openapi\` and commit what it writes.`);
  process.exitCode = 1;
}

function readOr(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
