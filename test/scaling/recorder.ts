import type { INestApplicationContext } from '@nestjs/common';
import { Database, poolOf } from '../../src/database/database.js';

/** A statement as it went to PostgreSQL. */
export interface Sent {
  /** Of a prepared statement; empty for the others. */
  name: string;
  text: string;
  values: unknown[];
}

/**
 * Keeps what an application sends from now on, one for each name and text, with the values of the last time.
 * @returns what ends it, and hands out what was sent
 */
export async function recordStatements(app: INestApplicationContext): Promise<() => Sent[]> {
  const pool = poolOf(app.get(Database, { strict: false }).dataSource.manager);
  const client = await pool.connect();
  const prototype = Object.getPrototypeOf(client) as { query: (...args: unknown[]) => unknown };
  client.release();
  const { query } = prototype;
  const sent = new Map<string, Sent>();
  prototype.query = function record(this: unknown, ...args: unknown[]): unknown {
    const [first, second] = args;
    const config = typeof first === 'string' ? { text: first } : (first as Partial<Sent>);
    const values = config.values ?? (Array.isArray(second) ? (second as unknown[]) : []);
    // Without what the name of the schema adds to it.
    const name = config.name?.replace(/\.[0-9a-f]{8}$/, '') ?? '';
    if (config.text) sent.set(`${name} ${config.text}`, { name, text: config.text, values });
    return query.apply(this, args);
  };
  return () => {
    prototype.query = query;
    return [...sent.values()];
  };
}
