import { Command } from 'commander';
import { UserDataService } from '../cleanup/user-data.service.js';
import { checkUserId } from '../common/validation.js';
import { print, withService } from './context.js';

export const userCommand = new Command('user').description('Everything that is stored of a user.');

userCommand
  .command('erase')
  .description('Delete everything about a user, everywhere, for good.')
  .argument('<id>', "the user's id")
  .action((id: string) =>
    withService(UserDataService, async (data) => {
      const erased = await data.erase(checkUserId(id, 'id'));
      const counts = Object.entries(erased).map(([table, count]) => `${count} ${table}`);
      print(`Erased user ${JSON.stringify(id)}: ${counts.join(', ')}.`);
    }),
  );

userCommand
  .command('export')
  .description('Write everything that is stored of a user to stdout, as JSON.')
  .argument('<id>', "the user's id")
  .action((id: string) =>
    withService(UserDataService, async (data) => {
      for await (const part of data.export(checkUserId(id, 'id'))) {
        process.stdout.write(part);
      }
      print('');
    }),
  );
