import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** The user that PostgreSQL runs as; undefined: that of this process. */
export type Account = { uid: number; gid: number } | undefined;

/** The ids of `nobody`, where /etc/passwd does not say. */
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root, so root hands it to another user: to the owner of the data when there is some
 * (a user may have been added since), else to `postgres`, else to `nobody`.
 * @param cluster the folder of the database, which may not exist yet
 */
export function databaseAccount(cluster: string): Account {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findUser('postgres') ?? findUser('nobody') ?? NOBODY;
}

/** Asks the system itself, because modes of parents, access lists and mount options all have a say. */
export function canUse(account: Account, path: string, right: 'execute' | 'read'): boolean {
  if (!account) return true;
  const test = right === 'execute' ? 'test -x "$0"' : 'test -r "$0"';
  return spawnSync('/bin/sh', ['-c', test, path], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Undefined where there is no such user, and where /etc/passwd does not say. */
function findUser(name: string): Account {
  if (!existsSync('/etc/passwd')) return undefined;
  const line = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(readFileSync('/etc/passwd', 'utf8'));
  const [uid, gid] = (line ?? []).slice(1).map(Number);
  return uid && gid !== undefined ? { uid, gid } : undefined;
}
