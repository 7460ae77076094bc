#!/usr/bin/env node
import '../config/own-client.js';
import { Command } from 'commander';
import { explain } from '../explain.js';
import { apiKeyCommand } from './api-key.command.js';
import { cleanupCommand } from './cleanup.command.js';
import { databaseUrlCommand, migrateCommand } from './database.command.js';
import { notifyCommand } from './notify.command.js';
import { serveCommand } from './serve.command.js';
import { tokenCommand } from './token.command.js';

const program = new Command('carillon')
  .description(
    'Commands for whoever runs a Carillon server. They take the same environment and .env file as the server, and ' +
      'work while it runs and while it does not. Answers go to stdout, everything else to stderr.',
  )
  .addCommand(serveCommand())
  .addCommand(apiKeyCommand())
  .addCommand(tokenCommand())
  .addCommand(notifyCommand())
  .addCommand(cleanupCommand())
  .addCommand(migrateCommand())
  .addCommand(databaseUrlCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
