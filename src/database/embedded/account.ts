import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

/** Whom PostgreSQL runs as. Undefined is: as ourselves. */
export type Account = { uid: number; gid: number } | undefined;

/** The ids of `nobody`, where /etc/passwd does not say. */
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root, so root hands it to somebody: to the owner of the data when there is some
 * (a user may have been added since), else to `postgres`, else to `nobody`.
 *
 * @param cluster the folder of the database, which may not exist yet
 */
export function databaseAccount(cluster: string): Account {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const users = readUsers();
  return users.get('postgres') ?? users.get('nobody') ?? NOBODY;
}

/** Asks the system itself, because modes of parents, access lists and mount options all have a say. */
export function canUse(account: Account, path: string, right: 'execute' | 'read'): boolean {
  if (!account) return true;
  const test = right === 'execute' ? 'test -x "$0"' : 'test -r "$0"';
  return spawnSync('/bin/sh', ['-c', test, path], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

function readUsers(): Map<string, { uid: number; gid: number }> {
  const users = new Map<string, { uid: number; gid: number }>();
  try {
    for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
      const [name, , uid, gid] = line.split(':');
      if (name && Number(uid) > 0) users.set(name, { uid: Number(uid), gid: Number(gid) });
    }
  } catch {
    // No such file: `nobody` it is.
  }
  return users;
}
