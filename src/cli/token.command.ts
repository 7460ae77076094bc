import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_TOKEN_DAYS, mintDevelopmentToken } from '../auth/development-token.js';
import { completeAuth } from '../standalone.js';
import { configure, print } from './context.js';

export const tokenCommand = new Command('token')
  .description('Print a JWT for trying things out as a user, alone on the last line.')
  .argument('<user id>', "the token's sub")
  .option('--expires <days>', 'for how many days it is good', days, DEFAULT_TOKEN_DAYS)
  .action(async (userId: string, options: { expires: number }) => {
    // The database has no say in it, and is not started.
    print(mintDevelopmentToken(await completeAuth(configure()), userId, options.expires));
  });

function days(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) {
    throw new InvalidArgumentError('It must be a number of days above 0, such as 7 or 0.5.');
  }
  return value;
}
