// Writes the table of routes and callers into SECURITY.md, from requests to the running application
// (`npm run security-table`). The suite's test/security/routes.test.ts fails while the table is out of date.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../src/database/embedded/embedded.ts';
import { observeAll } from '../test/security/observe.ts';
import { replaceTable, writeTable } from '../test/security/table.ts';

const data = mkdtempSync(join(tmpdir(), 'carillon-security-'));
const database = await startEmbedded(data);
const { t, routes, observed } = await observeAll({ database: { url: database.url } });
writeFileSync('SECURITY.md', replaceTable(readFileSync('SECURITY.md', 'utf8'), writeTable(routes, observed)));
await t.close();
await database.release();
rmSync(data, { recursive: true, force: true });
