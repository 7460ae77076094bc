import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { countSql } from './list.sql.js';
import { MARK_SEEN, unseenSql } from './seen.sql.js';

export interface InboxCounts {
  unread: number;
  /** Of the unread ones, those that have come since the user looked. */
  unseen: number;
}

/** What a user has seen of their inbox. */
@Injectable()
export class SeenStore {
  constructor(private readonly database: Database) {}

  /** Both of one moment, exactly. */
  async counts(userId: string): Promise<InboxCounts> {
    const { rows } = await this.database.executeArrays<[string, string | null]>(
      this.database.manager,
      COUNTS,
      [userId],
    );
    const [unread = '0', unseen = null] = rows[0] ?? [];
    return { unread: Number(unread), unseen: Number(unseen ?? unread) };
  }

  /** All that is committed now is seen. */
  async mark(manager: EntityManager, userId: string): Promise<void> {
    await this.database.execute(manager, MARK_SEEN, [userId]);
  }
}

const COUNTS = {
  name: 'count.unseen',
  text: `SELECT (${countSql('unread', '$1')}), (${unseenSql('$1')})`,
};
