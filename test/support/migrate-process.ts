// A process that opens a database as a starting server does:
//   node --import ./test/support/typescript.mjs test/support/migrate-process.ts <url>
import { openDatabase } from '../../src/database/data-source.js';

const [, , url] = process.argv;
if (!url) throw new Error('no URL given');
const dataSource = await openDatabase({ url, poolSize: 2, schema: 'carillon' });
await dataSource.destroy();
