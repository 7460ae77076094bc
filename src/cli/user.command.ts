import { Command } from 'commander';
import { UserDataService } from '../cleanup/user-data.service.js';
import { print, withCarillon } from './context.js';

export function userCommand(): Command {
  const command = new Command('user').description('Everything that is stored of a user.');
  command
    .command('erase')
    .description('Delete everything about a user, everywhere, for good.')
    .argument('<id>', "the user's id")
    .action((id: string) =>
      withCarillon(async (carillon) => {
        const erased = await carillon.get(UserDataService, { strict: false }).erase(id);
        const counts = Object.entries(erased).map(([table, count]) => `${count} ${table}`);
        print(`Erased user ${JSON.stringify(id)}: ${counts.join(', ')}.`);
      }),
    );
  command
    .command('export')
    .description('Write everything that is stored of a user to stdout, as JSON.')
    .argument('<id>', "the user's id")
    .action((id: string) =>
      withCarillon(async (carillon) => {
        for await (const part of carillon.get(UserDataService, { strict: false }).export(id)) {
          process.stdout.write(part);
        }
        print('');
      }),
    );
  return command;
}
