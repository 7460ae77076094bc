import { describe } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What npm says when the registry cannot be reached. */
const UNREACHED =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/;

/**
 * Installs packages, those of the folder's package.json with them, as a person would, but without asking about each one
 * again that npm has in its cache.
 * @returns why not, when the registry cannot be reached
 */
export async function install(folder: string, ...packages: string[]): Promise<string | undefined> {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  try {
    await run('npm', ['install', ...packages, '--ignore-scripts', ...quiet], { cwd: folder });
    return undefined;
  } catch (error) {
    const reason = UNREACHED.exec((error as Error).message)?.[1];
    if (reason === undefined) throw error;
    return reason;
  }
}

/** Tests of what was installed; skipped, which their title says, where it could not be. */
export function describeInstalled(refusal: string | undefined, name: string, body: () => void): void {
  if (refusal === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: npm cannot reach its registry: ${refusal})`, body);
}
