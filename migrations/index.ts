import { Schema1763899999000 } from './1763899999000-schema.js';
import { Inbox1763900000000 } from './1763900000000-inbox.js';
import { ApiKeys1763900001000 } from './1763900001000-api-keys.js';
import { Preferences1763900002000 } from './1763900002000-preferences.js';
import { Webhooks1763900003000 } from './1763900003000-webhooks.js';
import { AttemptCounts1763900004000 } from './1763900004000-attempt-counts.js';
import { PreviousSecrets1763900005000 } from './1763900005000-previous-secrets.js';
import { Retention1763900006000 } from './1763900006000-retention.js';
import { DeliveryRoom1763900007000 } from './1763900007000-delivery-room.js';
import { DeliveryKeys1763900008000 } from './1763900008000-delivery-keys.js';
import { LastAttempt1763900009000 } from './1763900009000-last-attempt.js';
import { DeliveriesByKey1763900010000 } from './1763900010000-deliveries-by-key.js';

/** Every migration, oldest first. The list is append-only: what has once run somewhere is never changed. */
export const MIGRATIONS = [
  Schema1763899999000,
  Inbox1763900000000,
  ApiKeys1763900001000,
  Preferences1763900002000,
  Webhooks1763900003000,
  AttemptCounts1763900004000,
  PreviousSecrets1763900005000,
  Retention1763900006000,
  DeliveryRoom1763900007000,
  DeliveryKeys1763900008000,
  LastAttempt1763900009000,
  DeliveriesByKey1763900010000,
];
