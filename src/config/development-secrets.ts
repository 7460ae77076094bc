import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { makeDataFolder } from './data-folder.js';

/**
 * A secret that development mode makes for itself, kept in the data folder so that tokens and encrypted columns
 * stay good after a restart.
 * @param name the file's name in the data folder
 * @returns the secret, and whether it was made just now
 * @throws ConfigurationError when the data folder cannot be used, or the secret is gone from its file
 */
export async function developmentSecret(
  dataDir: string,
  name: string,
): Promise<{ value: string; made: boolean }> {
  const path = join(dataDir, name);
  makeDataFolder(dataDir);
  const value = randomBytes(32).toString('base64url');
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, value, { mode: 0o600 });
  try {
    // A link either makes the whole file or fails: of two processes that start at once one is the maker, and a
    // kill in between leaves no half-written secret.
    await link(draft, path);
    return { value, made: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { value: await kept(path), made: false };
  } finally {
    await rm(draft, { force: true });
  }
}

/** Another one is not made by itself: it would open nothing that this one has encrypted. */
async function kept(path: string): Promise<string> {
  const value = await readFile(path, 'utf8').catch((error: Error) => {
    throw new ConfigurationError(`The secret in ${path} cannot be read (${error.message}).`);
  });
  if (value.trim() !== '') return value.trim();
  throw new ConfigurationError(
    `${path} is empty, and had a secret: restore it, or remove it to have another one made.`,
  );
}
