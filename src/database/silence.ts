import type { Socket } from 'node:net';
import type pg from 'pg';

/** What `pg` keeps to itself. */
interface Internals {
  connection: { stream: Socket };
  /** False while a query waits for its answer. */
  readyForQuery: boolean;
}

/**
 * Ends a connection on which a query has waited for so long without a byte. A cut cable, a proxy that hangs or a
 * machine that is gone says nothing, and the query, the request behind it and the place in the pool would wait until
 * the system gives the connection up, which takes a quarter of an hour. The query fails, as on any lost connection.
 * `pg` has a time-out for queries of its own, but it leaves the connection as it is, and a rollback then hangs on it.
 */
export function endWhenSilent(client: pg.Client, silenceMs: number): void {
  const { connection } = client as unknown as Internals;
  connection.stream.setTimeout(silenceMs).on('timeout', () => {
    const waiting = !(client as unknown as Internals).readyForQuery;
    if (waiting) connection.stream.destroy(new Error('Connection terminated: PostgreSQL does not answer'));
  });
}
