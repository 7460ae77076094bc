import { existsSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { refuse } from './configuration-error.js';
import { readTextFile } from './text-file.js';

/**
 * Sets what a file of variables says and the process leaves open.
 * @throws ConfigurationError when the file is there and cannot be read
 */
export function loadEnvFile(path: string): void {
  if (!existsSync(path)) return;
  for (const [name, value] of Object.entries(parseEnv(readOrRefuse(path)))) process.env[name] ??= value;
}

function readOrRefuse(path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    refuse([`${path}: ${(error as Error).message}`], 'The configuration cannot be read:');
    throw error;
  }
}
