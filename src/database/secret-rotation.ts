import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SecretBox } from '../common/secret-box.js';
import { Database } from './database.js';

/** In one transaction: who changes these rows waits no longer than that. */
const BATCH = 100;

/** A table with encrypted columns, as its module reads and writes it. */
export interface SealedTable<Row = unknown> {
  /** What its rows are called in the log, such as `webhooks`. */
  readonly name: string;
  /**
   * Locks the next rows, by their primary key, that have a text which begins with `prefix`; deleted ones that are kept
   * for a while as well.
   * @param after the last row of the page before
   */
  lockSealedWith(
    manager: EntityManager,
    prefix: string,
    after: Row | undefined,
    limit: number,
  ): Promise<Row[]>;
  /**
   * Seals again what the former key had sealed, and leaves what no key opens.
   * @returns whether the former key opened all that bears its name
   */
  reseal(manager: EntityManager, row: Row): Promise<boolean>;
}

/** How many rows were encrypted again, and how many could not all be: the former key does not open them. */
export interface Resealed {
  resealed: number;
  unreadable: number;
}

/**
 * After a change of the encryption key, seals again what the former key had sealed, so that it can be forgotten. A table
 * takes part by {@link SecretRotation.add}, in the constructor of what adds it.
 */
@Injectable()
export class SecretRotation {
  private readonly logger = new Logger('Encryption');
  private readonly tables: SealedTable[] = [];

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  add<Row>(table: SealedTable<Row>): void {
    this.tables.push(table as SealedTable);
  }

  /** Works beside everything else, and says what came of it in the log. */
  start(): void {
    if (this.box.previousPrefix === undefined) return;
    this.run().then(
      () =>
        this.logger.log(
          'everything is encrypted with the current key: the former one can be removed once no process runs with it',
        ),
      (error: Error) =>
        this.logger.warn(
          `not everything could be encrypted again, so the former key is still needed: ${error.message}`,
        ),
    );
  }

  /** Once: what another process seals with the former key meanwhile, is found at the next start. */
  async run(): Promise<Resealed> {
    const total = { resealed: 0, unreadable: 0 };
    const former = this.box.previousPrefix;
    if (former === undefined) return total;
    for (const table of this.tables) {
      const { resealed, unreadable } = await this.walk(table, former);
      this.report(table, { resealed, unreadable });
      total.resealed += resealed;
      total.unreadable += unreadable;
    }
    return total;
  }

  private async walk(table: SealedTable, former: string): Promise<Resealed> {
    const total = { resealed: 0, unreadable: 0 };
    let page: unknown[] = [];
    do {
      const after = page.at(-1);
      page = await this.database.transaction(async (manager) => {
        const rows = await table.lockSealedWith(manager, former, after, BATCH);
        // One that cannot be read keeps its own user waiting, and no other.
        for (const row of rows) total[(await table.reseal(manager, row)) ? 'resealed' : 'unreadable'] += 1;
        return rows;
      });
    } while (page.length === BATCH);
    return total;
  }

  private report({ name }: SealedTable, { resealed, unreadable }: Resealed): void {
    this.logger.log(`${resealed} ${name} were encrypted again with the current key`);
    if (unreadable > 0)
      this.logger.warn(
        `${unreadable} ${name} cannot be read with either key: keeping the former one does not help, they have to be set up anew`,
      );
  }
}
