import { Injectable } from '@nestjs/common';
import { Contacts } from '../audience/contacts.js';
import { Clock } from '../common/clock.js';
import { LOWEST_ID } from '../common/ids.js';
import { columnContext, SecretBox } from '../common/secret-box.js';
import { checkUserId } from '../common/validation.js';
import { Database } from '../database/database.js';
import { retryDeadlocks } from '../database/retry.js';
import { Turns } from '../database/turns.js';
import { INBOX_TABLES, UserDataStore, type ExportedRow, type RecipientChunk } from './user-data.store.js';

/** Rows of one transaction: some tens of milliseconds. */
const BATCH = 2_000;
/** Chunks of recipients of one statement: each may have 10,000 of them to look through. */
const CHUNKS = 500;
/** Rows of an export that are in memory at once. */
const PAGE = 500;

/** Deleted with the last of the notifications: what they say must go on to be true. */
const COUNTS = INBOX_TABLES.filter((table) => table !== 'notifications');

/** How many rows of each table were deleted or changed. */
export type Erased = Record<string, number>;

/** Everything that is stored of one user, wherever it is. */
@Injectable()
export class UserDataService {
  constructor(
    private readonly database: Database,
    private readonly store: UserDataStore,
    private readonly contacts: Contacts,
    private readonly clock: Clock,
    private readonly box: SecretBox,
    private readonly turns: Turns,
  ) {}

  /**
   * Erases a user, a batch at a time, each a transaction; asked again, it goes on. What is sent to the user meanwhile is
   * stored anew. Open pages of the user load anew.
   */
  async erase(userId: string): Promise<Erased> {
    checkUserId(userId, 'user_id');
    const tables = await this.store.tables(this.database.manager);
    const erased: Erased = Object.fromEntries(tables.map((table) => [table, 0]));
    for (const table of tables.filter((name) => !COUNTS.includes(name))) {
      for (let deleted = -1; deleted !== 0; erased[table]! += deleted) {
        deleted = await retryDeadlocks(() => this.store.delete(this.database.manager, table, userId, BATCH));
      }
    }
    erased['event_recipients'] = await this.takeOut(userId);
    const ended = await retryDeadlocks(() =>
      this.database.transaction((manager) => this.store.endInbox(manager, userId)),
    );
    for (const [table, count] of Object.entries(ended)) erased[table] = (erased[table] ?? 0) + count;
    return erased;
  }

  /**
   * Everything that is stored of a user, as the parts of one JSON text. Secrets and keys are left out; addresses are opened.
   * It has its one connection until its reader has read it all.
   * @throws CarillonError `overloaded` when too many others are read
   */
  async *export(userId: string): AsyncGenerator<string> {
    checkUserId(userId, 'user_id');
    await this.turns.hold(userId);
    const runner = this.database.dataSource.createQueryRunner();
    try {
      // One snapshot for all tables.
      await runner.startTransaction('REPEATABLE READ');
      const contacts = await this.contacts.find(runner.manager, [userId]);
      const head = { id: userId, exported_at: this.clock.now(), email: contacts.get(userId)?.email ?? null };
      yield JSON.stringify(head).slice(0, -1);
      for (const table of await this.store.tables(runner.manager)) {
        yield `,${JSON.stringify(table)}:[`;
        await this.store.open(runner.manager, table, userId);
        let rows = await this.store.next(runner.manager, PAGE);
        for (let before = ''; rows.length > 0; before = ',') {
          yield before + rows.map((row) => this.opened(table, userId, row)).join(',');
          rows = await this.store.next(runner.manager, PAGE);
        }
        await this.store.close(runner.manager);
        yield ']';
      }
      yield '}';
    } finally {
      // It has changed nothing; a reader who has gone away leaves it here too, one who was slow without a connection.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      await runner.release();
      this.turns.end(userId);
    }
  }

  /** The JSON of a row with the addresses that it has; null for one that no key opens. */
  private opened(table: string, userId: string, { json, id, sealed }: ExportedRow): string {
    const addresses = Object.entries(sealed).map(([column, box]) => {
      const plain = this.box.openIfReadable(box, columnContext(table, column, { userId, id }));
      return [column, plain ?? null] as const;
    });
    if (addresses.length === 0) return json;
    return `${json.slice(0, -1)}, ${JSON.stringify(Object.fromEntries(addresses)).slice(1)}`;
  }

  private async takeOut(userId: string): Promise<number> {
    let total = 0;
    let after: RecipientChunk | null = { eventId: LOWEST_ID, chunk: -1 };
    while (after) {
      const from: RecipientChunk = after;
      const { changed, last } = await retryDeadlocks(() =>
        this.store.takeOut(this.database.manager, userId, from, CHUNKS),
      );
      total += changed;
      after = last;
    }
    return total;
  }
}
