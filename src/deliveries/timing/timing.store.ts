import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WorkerDatabase } from '../../database/worker-database.js';
import { byAnyId } from '../../notifications/former-ids.sql.js';
import type { CopyState } from './timing.js';

/** A user's copy of an event in the inbox. */
export interface CopyKey {
  userId: string;
  copyId: string;
}

/** What decides when deliveries are sent, for all that were claimed together. */
@Injectable()
export class TimingStore {
  constructor(private readonly database: WorkerDatabase) {}

  /** What has become of copies, by the ids that they had when they came; one that has been purged is not there. */
  async findCopies(
    manager: EntityManager,
    copies: readonly CopyKey[],
  ): Promise<ReadonlyMap<string, CopyState>> {
    const values = [copies.map(({ userId }) => userId), copies.map(({ copyId }) => copyId)];
    const { rows } = await this.database.executeArrays<[string, CopyState]>(manager, COPIES, values);
    return new Map(rows);
  }
}

const COPIES = {
  name: 'deliveries.copies',
  text: `
    SELECT copy.id, CASE
      WHEN n.deleted_at IS NOT NULL THEN 'deleted'
      WHEN n.place <> 'inbox' THEN n.place
      WHEN n.read_at IS NOT NULL THEN 'read'
      ELSE 'unread' END
    FROM unnest($1::text[], $2::uuid[]) AS copy(user_id, id)
    CROSS JOIN LATERAL (${byAnyId('copy.user_id', 'copy.id')}) n`,
};
