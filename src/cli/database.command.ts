import { Command } from 'commander';
import type { DatabaseOptions } from '../config/options.js';
import { startEmbedded } from '../database/embedded/embedded.js';
import { distributeSchema } from '../database/citus.js';
import { carryOverFromPreview, openDatabase, withMigrator } from '../database/data-source.js';
import { configure, print, withDatabase } from './context.js';

export const migrateCommand = new Command('migrate')
  .description('Bring the database up to date, as every start of the server does.')
  .option(
    '--from-preview',
    'first carry a database that a preview of 0.1.0 made over, in one transaction; stop every process that uses it before',
  )
  .option('--citus', 'also place the schema on a node of a Citus cluster, as a whole (docs/scaling.md)')
  .action(async (options: { citus?: true; fromPreview?: true }) => {
    // The log names the migrations that ran.
    await withDatabase(configure(['fatal', 'error', 'warn', 'log']), async ({ database }) => {
      if (options.fromPreview) await fromPreview(database);
      const dataSource = await openDatabase(database);
      await dataSource.destroy();
      if (!options.citus) return;
      const isNew = await withMigrator(database, distributeSchema);
      print(`The schema ${database.schema} ${isNew ? 'is distributed now' : 'was distributed before'}.`);
    });
    print('The database is up to date.');
  });

async function fromPreview(database: DatabaseOptions): Promise<void> {
  const carried = await carryOverFromPreview(database);
  if (!carried)
    return print(`The schema ${database.schema} is no preview's any more: there is nothing to carry over.`);
  const figures = Object.entries(carried).map(([what, count]) => `${what} ${count}`);
  print(`Carried over: ${figures.join(', ')}.`);
}

export const databaseUrlCommand = new Command('database-url')
  .description(
    'Print where the data is, with the password: psql "$(npm run -s carillon -- database-url)". The embedded ' +
      'database is started if need be, and runs until the next server or command on it ends.',
  )
  .action(async () => {
    const { databaseUrl, dataDir } = configure();
    if (databaseUrl) return print(databaseUrl);
    // Not released: that would stop a database that nothing else uses, and leave an address of nothing.
    print((await startEmbedded(dataDir)).url);
    process.exit();
  });
