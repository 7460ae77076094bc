import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from './database.js';

/** For what something waits that is decided by a user's times. */
export type TimesReason = 'digest' | 'quiet' | 'paused';

/**
 * Users who have changed when they want to be reached. Settings, preferences and contacts say so in the transaction of the
 * change; `deliveries/timing` looks at what waits for them.
 */
@Injectable()
export class ChangedTimes {
  constructor(private readonly database: Database) {}

  /** @param reasons what waits for another reason stays as it is; without any, there is nothing to do */
  async add(
    manager: EntityManager,
    userIds: readonly string[],
    reasons: readonly TimesReason[],
  ): Promise<void> {
    if (userIds.length > 0 && reasons.length > 0)
      await this.database.execute(manager, ADD, [userIds, reasons]);
  }
}

const ADD = {
  name: 'changedTimes.add',
  text: `INSERT INTO :schema.changed_times (user_id, reasons, due_at)
    SELECT user_id, $2::text[], now() FROM unnest($1::text[]) AS u(user_id)`,
};
