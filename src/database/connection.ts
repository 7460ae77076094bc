import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/** Long enough for a server far away, short enough that a start with a wrong host ends while somebody watches. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The system's own default is two hours, for a connection whose other end is gone without a word. */
const KEEP_ALIVE_MS = 30_000;

/**
 * How every connection of Carillon is opened. The URL is taken apart here, because `pg` lets its parameters win
 * over everything else, and the time zone must hold whatever the URL or the server's default says.
 *
 * @param applicationName what `pg_stat_activity` shows; begins with `carillon`
 */
export function connectionConfig(url: string, applicationName = 'carillon'): ClientConfig {
  const config = parseIntoClientConfig(url);
  return {
    ...config,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: [config.options, '-c timezone=UTC'].filter(Boolean).join(' '),
  };
}
