/* What a notification is related to, for filters: a join of the relation with the row `n` of a notification. */

/** What happened, of which the notification is a copy. */
export const EVENT_OF = { from: ':schema.events e', on: 'e.id = n.event_id' };

/**
 * What was sent of the event to the user's webhook endpoints. It is found by its key, endpoint by endpoint: the ids of
 * deliveries are of the millisecond of their event. OFFSET 0 keeps the planner from reading all of a user's for each
 * notification, when it takes them for few.
 *
 * $1 is the user in every statement with a filter; `n.user_id` would not show the planner whose rows these are.
 */
export const DELIVERIES_OF = {
  from: `(
      SELECT d.* FROM :schema.deliveries d
      WHERE d.user_id = $1
        AND d.target_id = ANY (ARRAY(SELECT w.id FROM :schema.webhook_endpoints w WHERE w.user_id = $1))
        AND d.id >= (left(n.event_id::text, 13) || '-0000-0000-000000000000')::uuid
        AND d.id <= (left(n.event_id::text, 13) || '-ffff-ffff-ffffffffffff')::uuid
        AND d.event_id = n.event_id
      OFFSET 0
    ) d LEFT JOIN :schema.webhook_endpoints w ON w.user_id = $1 AND w.id = d.target_id`,
  on: 'true',
};
