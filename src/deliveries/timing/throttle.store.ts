import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ThrottleRules } from '../../catalogue/throttle-rules.js';
import { Database } from '../../database/database.js';
import { oldRows } from '../../database/old-rows.sql.js';
import { DECISION, ruleSql } from './throttle.sql.js';

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
    const columns = (['id', 'userId', 'eventId', 'type'] as const).map((name) =>
      asked.map((one) => one[name]),
    );
    const { rows } = await this.database.executeArrays<[string]>(manager, REFUSED, [...columns, ...rules]);
    return rows.map(([id]) => id);
  }

  /** Deletes decisions from before a time. @returns how many */
  deleteOld(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, OLD.remove, [before, limit]);
  }

  /** How many {@link deleteOld} would delete in all. */
  countOld(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, OLD.count, [before]);
  }
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

const OLD = oldRows('throttle', 'throttle_decisions', 'decided_at');
