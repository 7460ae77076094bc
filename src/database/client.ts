import pg from 'pg';
import { markLost } from '../common/database-failure.js';

/** `pg`'s client, whose lost connections are known for that wherever their errors end up. */
export class DatabaseClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // Before any listener of pg's own: each of them finds the error marked.
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    connection.on('error', markLost);
    // A connection that is lost while it is used fails its query; the event itself must not end the process.
    this.on('error', () => undefined);
    // `pg.defaults.binary` of a host would win over the configuration, and values are read as text.
    Object.assign(this, { binary: false });
  }
}

/** Runs work on a connection of its own. */
export async function withClient<T>(
  config: string | pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new DatabaseClient(config);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
