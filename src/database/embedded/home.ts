import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataFolder } from '../../config/data-folder.js';
import { DatabaseStartError } from '../start-error.js';
import { type Account, canUse, databaseAccount } from './account.js';

/** Where root keeps the database of a data folder that PostgreSQL's user cannot reach. */
export const SYSTEM_FOLDER = '/var/lib/carillon';

/** The name of the link, in such a data folder, to the place where the database really is. */
const LINK = 'database';

export interface Home {
  /** Holds the database and, where needed, a copy of the binaries. */
  folder: string;
  /** PostgreSQL's own data folder. */
  cluster: string;
  account: Account;
}

/**
 * Decides where the database of a data folder lives: in it, except where root works below a private folder such
 * as /root. PostgreSQL runs as another user then, who cannot get there, and opening the private folder to
 * everybody is not Carillon's to do: the database goes to a folder of its own and the data folder gets a link to it.
 */
export function findHome(dataDir: string, systemFolder: string): Home {
  makeDataFolder(dataDir);
  const link = join(dataDir, LINK);
  if (lstatSync(link, { throwIfNoEntry: false })) return homeIn(linkedFolder(link));

  const home = homeIn(dataDir);
  if (!home.account) return home;
  openToPassers(dataDir);
  if (canUse(home.account, dataDir, 'execute')) return home;

  // Below a folder that only root can write to: no other user can put a database there.
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  const folder = mkdtempSync(join(systemFolder, 'data-'));
  openToPassers(folder);
  if (!canUse(home.account, folder, 'execute')) {
    throw new DatabaseStartError(
      `The user that PostgreSQL runs as (uid ${home.account.uid}) can reach neither ${dataDir} nor ${folder}. ` +
        `Set CARILLON_DATA_DIR to a folder that it can reach, or do not run Carillon as root.`,
    );
  }
  symlinkSync(folder, link);
  return homeIn(folder);
}

function homeIn(folder: string): Home {
  const cluster = join(folder, 'postgres');
  return { folder, cluster, account: databaseAccount(cluster) };
}

function linkedFolder(link: string): string {
  const folder = readlinkSync(link);
  if (statSync(folder, { throwIfNoEntry: false })) return folder;
  throw new DatabaseStartError(
    `The database of this data folder was in ${folder}, and that is gone. Restore it, or remove ${link} to begin anew.`,
  );
}

/** Lets others pass through a folder of Carillon's to what is theirs in it, without letting them list it. */
function openToPassers(folder: string): void {
  const { mode, uid } = statSync(folder);
  if (uid === 0 && (mode & 0o011) !== 0o011) chmodSync(folder, (mode & 0o7777) | 0o011);
}
