import pg from 'pg';
import { markLost } from '../common/database-failure.js';

/** `pg`'s client, whose lost connections are known for that wherever their errors end up. */
export class DatabaseClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // Before any listener of pg's own: whoever gets the error finds it marked.
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    connection.on('error', markLost);
    // `pg.defaults.binary` of a host would win over the configuration, and values are read as text.
    Object.assign(this, { binary: false });
  }
}
