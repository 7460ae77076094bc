import { Command } from 'commander';
import { startEmbedded } from '../database/embedded/embedded.js';
import { distribute, type Layout } from '../database/citus.js';
import { openDatabase } from '../database/data-source.js';
import { configure, print, withDatabase } from './context.js';

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database up to date, as every start of the server does.')
    .option('--citus', 'also distribute the tables over the nodes of a Citus cluster (docs/scaling.md)')
    .action(async (options: { citus?: true }) => {
      // The log names the migrations that ran.
      await withDatabase(configure(['fatal', 'error', 'warn', 'log']), async ({ database }) => {
        const dataSource = await openDatabase(database);
        try {
          if (options.citus) describe(await distribute(dataSource));
        } finally {
          await dataSource.destroy();
        }
      });
      print('The database is up to date.');
    });
}

function describe({ distributed, reference }: Layout): void {
  print(`Distributed by user: ${list(distributed)}.`, `Copied to every node: ${list(reference)}.`);
}

function list(tables: string[]): string {
  return tables.join(', ') || 'nothing new';
}

export function databaseUrlCommand(): Command {
  return new Command('database-url')
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
}
