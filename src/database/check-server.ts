import pg from 'pg';
import { withClient } from './client.js';
import { connectionConfig } from './connection.js';
import { asStartError, checkServerVersion, DatabaseStartError, placeOf } from './start-error.js';

/** How long a start waits for a server that says it is just starting or recovering. */
const STARTING_SERVER_MS = 60_000;

/** SQLSTATE of a server that is starting, recovering or stopping. */
const CANNOT_CONNECT_NOW = '57P03';

/** What a server says of itself. */
interface Server {
  version: string;
  encoding: string;
  standby: boolean;
  readOnly: boolean;
  settingsHold: boolean;
  user: string;
}

// The settings by what they do: a pooler may answer SHOW by itself.
const LOOK = `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding,
  pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS "readOnly",
  '2026-03-29 02:30:00+00'::timestamptz::text = '2026-03-29 02:30:00+00' AND '\\x00'::bytea::text = '\\x00'
    AS "settingsHold", current_user AS user`;

/**
 * Connects once by hand, because its errors are clearer than the pool's, and a starting server is waited for.
 * @returns the role that Carillon is there
 * @throws DatabaseStartError when the server cannot be used, saying why and what to do
 */
export async function checkServer(url: string): Promise<{ user: string }> {
  const config = connectionConfig(url);
  const deadline = performance.now() + STARTING_SERVER_MS;
  for (;;) {
    try {
      const { rows } = await withClient(config, (client) => client.query<Server>(LOOK));
      const [server] = rows as [Server];
      checkServerVersion(Number(server.version));
      refuseUnusable(server, config);
      return { user: server.user };
    } catch (error) {
      const starting = error instanceof pg.DatabaseError && error.code === CANNOT_CONNECT_NOW;
      if (!starting || performance.now() > deadline) throw asStartError(error, config);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function refuseUnusable(server: Server, config: pg.ClientConfig): void {
  const { database, user } = config;
  const place = placeOf(config);
  if (server.encoding !== 'UTF8') {
    throw new DatabaseStartError(
      `The database "${database}" at ${place} has the encoding ${server.encoding}, which cannot hold every text: ` +
        `Carillon needs UTF8. Create another one: CREATE DATABASE ... TEMPLATE template0 ENCODING 'UTF8'.`,
    );
  }
  if (server.standby) {
    throw new DatabaseStartError(
      `PostgreSQL at ${place} is a standby, which takes no writes. Name its primary in DATABASE_URL.`,
    );
  }
  if (server.readOnly) {
    throw new DatabaseStartError(
      `Transactions are read-only in the database "${database}" at ${place} (default_transaction_read_only), and ` +
        `Carillon writes. Set it to off for the role "${user}": ALTER ROLE "${user}" IN DATABASE "${database}" SET ` +
        `default_transaction_read_only = off.`,
    );
  }
  if (!server.settingsHold) {
    throw new DatabaseStartError(
      `Connections to PostgreSQL at ${place} do not have the settings that Carillon opens them with, so that times ` +
        `would be misread: a pooler in between drops their "options". Let it pass them on, or set DateStyle = 'ISO', ` +
        `TimeZone = 'UTC' and bytea_output = 'hex' for the role "${user}" (ALTER ROLE).`,
    );
  }
}

/**
 * Where unqualified names of a role lead into Carillon's schema, an application that shares the role makes its tables
 * there, and may change Carillon's: by PostgreSQL's default search path, when both have one name.
 * @returns what is wrong and what to do about it
 */
export async function findCollision(url: string, schema: string, user: string): Promise<string | undefined> {
  if (user !== schema) return undefined;
  // As the application connects: without the settings of Carillon's own connections.
  const { rows } = await withClient(url, (client) =>
    client.query<{ first: string | null; database: string }>(
      'SELECT current_schema() AS first, current_database() AS database',
    ),
  );
  if (rows[0]?.first !== schema) return undefined;
  return (
    `The role "${user}" has the same name as Carillon's schema, which PostgreSQL therefore looks into first: an ` +
    `application that connects as this role without a search_path makes its tables among Carillon's. Set one, ALTER ` +
    `ROLE "${user}" IN DATABASE "${rows[0].database}" SET search_path = public, or give the application another role, ` +
    `or Carillon another schema (CARILLON_SCHEMA).`
  );
}
