import { Command } from 'commander';
import { serve } from '../server.js';

export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Start the server, as `npm start` does, and run until SIGTERM or SIGINT. Its log goes to stdout.',
    )
    .action(serve);
}
