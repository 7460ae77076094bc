#!/usr/bin/env node
import '../config/own-client.js';
import '../unread-output.js';
import { COMMANDS, loadPart } from '../config/optional-packages.js';
import { explain } from '../explain.js';

try {
  const { program } = await loadPart(COMMANDS, () => import('./program.js'));
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
