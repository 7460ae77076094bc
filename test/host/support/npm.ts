import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Installs packages, those of the folder's package.json with them, as a person would, but without asking about each one
 * again that npm has in its cache.
 */
export async function install(folder: string, ...packages: string[]): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['install', ...packages, '--ignore-scripts', ...quiet], { cwd: folder });
}
