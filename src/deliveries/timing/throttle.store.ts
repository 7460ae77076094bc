import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ThrottleRules } from '../../catalogue/throttle-rules.js';
import { columnsOf } from '../../database/columns.js';
import { Database } from '../../database/database.js';
import { oldRows } from '../../database/old-rows.sql.js';

/** A delivery that would interrupt its user. */
export interface Interruption {
  id: string;
  userId: string;
  eventId: string;
  type: string;
}

/** Which events of throttled types may interrupt their users. */
@Injectable()
export class ThrottleStore {
  constructor(private readonly database: Database) {}

  /**
   * Waits for its turn, which ends with the transaction. It is the relay's, which decides about toasts: of all that decide, one
   * does so at a time.
   */
  async takeTurn(manager: EntityManager): Promise<void> {
    await this.database.takeTurn(manager, 'relay');
  }

  /** @returns the ids of those that may not */
  async refused(
    manager: EntityManager,
    asked: readonly Interruption[],
    { values: rules }: ThrottleRules,
  ): Promise<string[]> {
    const values = [...columnsOf(asked, 'id', 'userId', 'eventId', 'type'), ...rules];
    const { rows } = await this.database.executeArrays<[string]>(manager, REFUSED, values);
    return rows.map(([id]) => id);
  }
}

/**
 * SQL: the parts of a statement that decide which of the events in `asked` (`user_id`, `event_id`, `type`, and `place`, by which
 * the first ones are allowed) may interrupt their users. `decision` has the answers (`user_id`, `event_id`, `allowed`): an event
 * keeps the one that it got first. Who runs it has waited for its turn in a statement before: it sees what others have decided.
 */
export const DECISION = `
    known AS MATERIALIZED (
      SELECT a.user_id, a.event_id, a.type, a.place, d.allowed
      FROM asked a LEFT JOIN :schema.throttle_decisions d USING (user_id, event_id)
    ), fresh AS MATERIALIZED (
      SELECT user_id, event_id, type, row_number() OVER (PARTITION BY user_id, type ORDER BY place) AS rank
      FROM known WHERE allowed IS NULL
    ), room AS MATERIALIZED (
      SELECT f.user_id, f.type, rule.max - used.count AS free
      FROM fresh f JOIN rule USING (type) CROSS JOIN LATERAL (
        SELECT count(*) FROM :schema.throttle_decisions d
        WHERE d.user_id = f.user_id AND d.type = f.type AND d.allowed
          AND d.decided_at > statement_timestamp() - rule.per_ms * interval '1 millisecond'
      ) used WHERE f.rank = 1
    ), decided AS (
      INSERT INTO :schema.throttle_decisions (user_id, event_id, type, allowed, decided_at)
      SELECT user_id, event_id, type, rank <= free, statement_timestamp() FROM fresh JOIN room USING (user_id, type)
      RETURNING user_id, event_id, allowed
    ), decision AS MATERIALIZED (
      SELECT user_id, event_id, allowed FROM known WHERE allowed IS NOT NULL
      UNION ALL SELECT user_id, event_id, allowed FROM decided
    )`;

/** SQL: the throttles of the catalogue (`ThrottleRules.values`), from the parameter with this number on. */
export function ruleSql(first: number): string {
  const [types, max, perMs] = [first, first + 1, first + 2];
  return `rule AS MATERIALIZED (
      SELECT * FROM unnest($${types}::text[], $${max}::integer[], $${perMs}::bigint[]) AS r(type, max, per_ms)
    )`;
}

const REFUSED = {
  name: 'throttle.refused',
  // An event may have several deliveries, such as one for each browser.
  text: `
    WITH given AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[])
        WITH ORDINALITY AS g(id, user_id, event_id, type, place)
    ), asked AS MATERIALIZED (
      SELECT user_id, event_id, type, min(place) AS place FROM given GROUP BY user_id, event_id, type
    ), ${ruleSql(5)}, ${DECISION}
    SELECT g.id FROM given g JOIN decision d USING (user_id, event_id) WHERE NOT d.allowed`,
};

export const OLD_DECISIONS = oldRows('throttle', 'throttle_decisions', 'decided_at');
