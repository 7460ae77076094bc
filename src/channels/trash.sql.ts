import type { OldRows } from '../database/old-rows.sql.js';
import type { Channel } from './channel.js';

/**
 * Targets of a channel that their users have deleted before a time ($1). They are kept for as long as their deliveries, which
 * are found through them.
 */
export interface ChannelTrash extends OldRows {
  /** What they are, in the clean-up's report. */
  readonly name: string;
}

/** What channels keep of this. */
export function channelTrash(channels: readonly Channel[]): ChannelTrash[] {
  return channels.flatMap(({ key, writes: { deliveries } = {} }) =>
    deliveries?.trash === undefined ? [] : [trashOf(key, deliveries.trash, deliveries.targets)],
  );
}

function trashOf(channel: string, name: string, table: string): ChannelTrash {
  const old = `t.deleted_at < $1 AND NOT EXISTS (
    SELECT FROM :schema.deliveries d WHERE d.user_id = t.user_id AND d.target_id = t.id)`;
  return {
    name,
    remove: {
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
