import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import { Channels } from './registry.js';

/** Targets of a channel that their users have deleted. */
export interface ChannelTrash {
  /** What they are, in the clean-up's report. */
  readonly name: string;
  readonly delete: Statement;
  readonly count: Statement;
}

/** What channels have deleted and keep for as long as its deliveries: these are found through it. */
@Injectable()
export class ChannelTrashStore {
  readonly all: readonly ChannelTrash[];

  constructor(
    private readonly database: Database,
    channels: Channels,
  ) {
    this.all = channels.all.flatMap(({ key, writes: { deliveries } = {} }) =>
      deliveries?.trash === undefined ? [] : [trashOf(key, deliveries.trash, deliveries.targets)],
    );
  }

  /** Deletes for good what was deleted before a time, at most `limit` of it. @returns how many */
  delete(manager: EntityManager, trash: ChannelTrash, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, trash.delete, [before, limit]);
  }

  /** How many {@link delete} would delete in all. */
  count(trash: ChannelTrash, before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, trash.count, [before]);
  }
}

function trashOf(channel: string, name: string, table: string): ChannelTrash {
  const old = `t.deleted_at < $1 AND NOT EXISTS (
    SELECT FROM :schema.deliveries d WHERE d.user_id = t.user_id AND d.target_id = t.id)`;
  return {
    name,
    delete: {
      name: `cleanup.deleteTargets.${channel}`,
      text: `
        WITH gone AS (
          DELETE FROM ${table} WHERE (user_id, id) IN (
            SELECT user_id, id FROM ${table} t WHERE ${old} LIMIT $2 FOR UPDATE OF t SKIP LOCKED
          ) RETURNING 1
        )
        SELECT count(*) FROM gone`,
    },
    count: {
      name: `cleanup.countTargets.${channel}`,
      text: `SELECT count(*) FROM ${table} t WHERE ${old}`,
    },
  };
}
