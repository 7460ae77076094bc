import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { TYPES } from './types.js';

/** Long enough for a server far away, short enough that a start with a wrong host ends while its operator watches. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The system's own default is two hours, for a connection whose other end is gone without a word. */
const KEEP_ALIVE_MS = 30_000;

/**
 * What a database, a role or the URL may have set otherwise, and what is written, read or waited for depends on: the
 * text of values, what names without a schema mean, what a transaction sees, and how long a session may live and wait.
 */
export const SESSION = {
  timezone: 'UTC',
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  search_path: 'pg_catalog, pg_temp',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  row_security: 'on',
  lock_timeout: '0',
  idle_session_timeout: '0',
};

/** A backslash keeps a space within a value. */
const SESSION_OPTIONS = Object.entries(SESSION).map(
  ([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`,
);

/**
 * How every connection of Carillon is opened. The URL is taken apart here, because `pg` lets its parameters win
 * over everything else, and the session's settings must hold whatever the URL or the server's defaults say.
 * @param applicationName what `pg_stat_activity` shows; begins with `carillon`
 */
export function connectionConfig(url: string, applicationName = 'carillon'): ClientConfig {
  const config = parseIntoClientConfig(url);
  return {
    ...config,
    application_name: applicationName,
    client_encoding: 'UTF8',
    types: TYPES,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: [config.options, ...SESSION_OPTIONS].filter(Boolean).join(' '),
  };
}
