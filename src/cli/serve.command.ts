import { Command } from 'commander';
import { serve } from '../server.js';

export const serveCommand = new Command('serve')
  .description(
    'Start the server, as `npm start` does, and run until SIGTERM, SIGINT or SIGHUP. Its log goes to stdout.',
  )
  .action(serve);
