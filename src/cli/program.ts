import { Command } from 'commander';
import { apiKeyCommand } from './api-key.command.js';
import { cleanupCommand } from './cleanup.command.js';
import { databaseUrlCommand, migrateCommand } from './database.command.js';
import { eventCommand } from './event.command.js';
import { notifyCommand } from './notify.command.js';
import { serveCommand } from './serve.command.js';
import { tokenCommand } from './token.command.js';
import { vapidCommand } from './vapid.command.js';
import { userCommand } from './user.command.js';

export const program = new Command('carillon')
  .description(
    'Commands for the operator of a Carillon server. They take the same environment and .env file as the server, and ' +
      'work while it runs and while it does not. Answers go to stdout, everything else to stderr.',
  )
  .addCommand(serveCommand)
  .addCommand(apiKeyCommand)
  .addCommand(tokenCommand)
  .addCommand(vapidCommand)
  .addCommand(notifyCommand)
  .addCommand(eventCommand)
  .addCommand(cleanupCommand)
  .addCommand(userCommand)
  .addCommand(migrateCommand)
  .addCommand(databaseUrlCommand);
