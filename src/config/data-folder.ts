import { accessSync, constants, mkdirSync } from 'node:fs';
import { ConfigurationError } from './configuration-error.js';

/**
 * Makes the data folder if it is not there.
 * @throws ConfigurationError when it cannot be made or written to
 */
export function makeDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (cause) {
    throw new ConfigurationError(
      `Cannot write to the data folder ${dataDir} (${String(cause)}). Set CARILLON_DATA_DIR to a folder of your own. ` +
        `None is needed when DATABASE_URL, ENCRYPTION_KEY and JWT_SECRET (or JWT_JWKS_URL) are set.`,
      { cause },
    );
  }
}
