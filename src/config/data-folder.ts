import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationError } from './configuration-error.js';

/**
 * Makes the data folder if it is not there.
 * @throws ConfigurationError when it cannot be made or written to
 */
export function makeDataFolder(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch (cause) {
    throw new ConfigurationError(
      `Cannot write to the data folder ${dataDir} (${String(cause)}). Set CARILLON_DATA_DIR to a folder of your own. ` +
        `None is needed when DATABASE_URL, ENCRYPTION_KEY and JWT_SECRET (or JWT_JWKS_URL) are set.`,
      { cause },
    );
  }
}

/** Makes a folder with its parents: Node's recursive mkdir never returns where the system makes none, as in /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path && !statSync(parent, { throwIfNoEntry: false })) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it in between.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
