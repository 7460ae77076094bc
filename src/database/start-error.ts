/** Why the database cannot be used, in words for the person who starts the process. Holds no secret. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError';
}

/** The oldest PostgreSQL whose SQL the stores may use. */
export const MINIMUM_SERVER_VERSION = 15;

/** Not pg's own type: index.ts shows this file to applications, which may have no types of pg. */
interface Target {
  host?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  database?: string | undefined;
  schema?: string | undefined;
}

export function placeOf({ host, port }: Target): string {
  return `${host || 'localhost'}:${port ?? 5432}`;
}

/** What a start fails with: an error that says what is wrong already is left as it is. */
export function asStartError(error: unknown, target: Target): Error {
  if (error instanceof Error && error.name === 'DatabaseStartError') return error;
  return explainConnectionError(error, target);
}

/** What is wrong and what to do about it, for an error met while connecting. The password is never part of it. */
export function explainConnectionError(error: unknown, target: Target): DatabaseStartError {
  const code = errorCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  return new DatabaseStartError(sentence(code, reason, placeOf(target), target), { cause: error });
}

function sentence(code: string, reason: string, place: string, target: Target): string {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `Cannot reach PostgreSQL at ${place} (${code}). Check that it runs and that the host and port in DATABASE_URL are right.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name of DATABASE_URL, "${target.host}", cannot be resolved (${code}). Check its spelling and the DNS.`;
    case 'ENOENT':
      return `There is no PostgreSQL socket at ${target.host}. Check the path in DATABASE_URL.`;
    case '28P01':
      return `PostgreSQL at ${place} refused the password of the user "${target.user}". Check the user and the password in DATABASE_URL.`;
    case '28000':
      return `PostgreSQL at ${place} does not let the user "${target.user}" in: ${reason}. Check the user in DATABASE_URL, and pg_hba.conf on the server.`;
    case '3D000':
      return `There is no database "${target.database}" at ${place}. Create it (CREATE DATABASE "${target.database}") or correct DATABASE_URL.`;
    case '42501':
      return `The user "${target.user}" may not do what Carillon needs at ${place}: ${reason}. Grant it CREATE on the database "${target.database}", or create the schema "${target.schema ?? 'carillon'}" and make it its owner.`;
    case '25006':
      return `PostgreSQL at ${place} takes no writes: the server is a standby, or transactions are read-only there. Name its primary in DATABASE_URL.`;
    case '53300':
      return `PostgreSQL at ${place} has no connection left: ${reason}. Raise max_connections or lower the pool size.`;
  }
  if (/timeout/i.test(reason)) {
    return `PostgreSQL at ${place} did not answer in time. Check the host and port in DATABASE_URL, and that no firewall drops the connection.`;
  }
  if (/SSL|certificate|self.signed/i.test(reason)) {
    return `The encrypted connection to PostgreSQL at ${place} failed: ${reason}. Check sslmode in DATABASE_URL.`;
  }
  if (/password must be a string/i.test(reason)) {
    return `PostgreSQL at ${place} asks the user "${target.user}" for a password, and DATABASE_URL has none.`;
  }
  return `Cannot use PostgreSQL at ${place}: ${reason}.`;
}

/** A host name with several addresses fails with one error for each; they say the same. */
function errorCode(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? (error.errors as unknown[])[0] : error;
  return typeof first === 'object' && first !== null && 'code' in first ? String(first.code) : '';
}

/** @param versionNumber `server_version_num`, such as 150004 for 15.4 */
export function checkServerVersion(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= MINIMUM_SERVER_VERSION) return;
  throw new DatabaseStartError(
    `PostgreSQL ${major} is too old: Carillon needs ${MINIMUM_SERVER_VERSION} or newer. ` +
      `Upgrade the server, or leave DATABASE_URL unset to use the embedded one.`,
  );
}
