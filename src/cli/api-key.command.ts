import { Command, InvalidArgumentError } from 'commander';
import { ApiKeyService, type ApiKeySummary } from '../auth/api-key.service.js';
import { PRODUCER_SCOPES, SCOPES, type Scope } from '../auth/scopes.js';
import { didYouMean } from '../common/suggest.js';
import { print, withService } from './context.js';

export const apiKeyCommand = new Command('api-key').description(
  'The keys with which services and agents post events.',
);

apiKeyCommand
  .command('create')
  .description('Make a key. It is shown this once, alone on the last line.')
  .argument('<name>', 'says whose it is')
  .option(
    '--scope <scopes>',
    `what it may do, once for each or separated by commas: ${SCOPES.join(', ')} (default: ${PRODUCER_SCOPES.join(', ')})`,
    scopes,
  )
  .action((name: string, { scope }: { scope?: Scope[] }) =>
    withService(ApiKeyService, async (keys) => {
      const { id, key } = await keys.create(name, scope);
      process.stderr.write(`Made API key ${id} "${name}". It is not shown again.\n`);
      print(key);
    }),
  );

apiKeyCommand
  .command('list')
  .description('List all keys, newest first.')
  .action(() =>
    withService(ApiKeyService, async (keys) => {
      print(...table([HEADINGS, ...(await keys.list()).map(columns)]));
    }),
  );

apiKeyCommand
  .command('revoke')
  .description('Revoke a key; running servers refuse it at once.')
  .argument('<id or name>', "the key's id, or its name when only one usable key has it")
  .action((idOrName: string) =>
    withService(ApiKeyService, async (keys) => {
      const { id, name } = await keys.revoke(idOrName);
      print(`Revoked API key ${id} "${name}".`);
    }),
  );

const HEADINGS = ['ID', 'KEY', 'CREATED', 'LAST USED', 'REVOKED', 'SCOPES', 'NAME'];

/** Adds to those that were given before. */
function scopes(text: string, before: Scope[] = []): Scope[] {
  const given = text.split(',').map((word) => word.trim());
  const unknown = given.find((word) => !SCOPES.some((scope) => scope === word));
  if (unknown === undefined) return [...before, ...(given as Scope[])];
  throw new InvalidArgumentError(
    `"${unknown}" is not one of ${SCOPES.join(', ')}.${didYouMean(unknown, SCOPES)}`,
  );
}

function columns({ id, hint, createdAt, lastUsedAt, revokedAt, scopes: may, name }: ApiKeySummary): string[] {
  // A name may hold line breaks; in the table it must not look like another key.
  return [
    id,
    `${hint}…`,
    time(createdAt),
    time(lastUsedAt),
    time(revokedAt),
    may.join(','),
    JSON.stringify(name),
  ];
}

function time(at: Date | null): string {
  return at ? at.toISOString().slice(0, 19).replace('T', ' ') : '-';
}

/** Rows as lines whose columns begin below one another. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
