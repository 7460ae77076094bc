import { Schema1795900000000 } from './1795900000000-schema.js';
import { ApiKeys1795900001000 } from './1795900001000-api-keys.js';
import { Events1795900002000 } from './1795900002000-events.js';
import { Notifications1795900003000 } from './1795900003000-notifications.js';
import { ChangeLog1795900004000 } from './1795900004000-change-log.js';
import { Preferences1795900005000 } from './1795900005000-preferences.js';
import { Deliveries1795900006000 } from './1795900006000-deliveries.js';
import { WebhookEndpoints1795900007000 } from './1795900007000-webhook-endpoints.js';
import { Contacts1795900008000 } from './1795900008000-contacts.js';
import { Email1795900009000 } from './1795900009000-email.js';
import { PushSubscriptions1795900010000 } from './1795900010000-push-subscriptions.js';
import { ApiKeyScopes1795900011000 } from './1795900011000-api-key-scopes.js';
import { ScheduledEvents1795900012000 } from './1795900012000-scheduled-events.js';
import { Recall1795900013000 } from './1795900013000-recall.js';
import { GatheredDeliveries1795900014000 } from './1795900014000-gathered-deliveries.js';
import { ThrottleDecisions1795900015000 } from './1795900015000-throttle-decisions.js';
import { Places1795900016000 } from './1795900016000-places.js';
import { Collapse1795900017000 } from './1795900017000-collapse.js';
import { Seen1795900018000 } from './1795900018000-seen.js';
import { TakenActions1795900019000 } from './1795900019000-taken-actions.js';
import { ChangedTimes1795900020000 } from './1795900020000-changed-times.js';
import type { Migration } from './preview.js';

/**
 * The baseline, a file for each module's tables with its `fromPreview`, and what came after it. The list is append-only:
 * what has once run at a user's is never changed.
 */
export const MIGRATIONS: (new () => Migration)[] = [
  Schema1795900000000,
  ApiKeys1795900001000,
  Events1795900002000,
  Notifications1795900003000,
  ChangeLog1795900004000,
  Preferences1795900005000,
  Deliveries1795900006000,
  WebhookEndpoints1795900007000,
  Contacts1795900008000,
  Email1795900009000,
  PushSubscriptions1795900010000,
  ApiKeyScopes1795900011000,
  ScheduledEvents1795900012000,
  Recall1795900013000,
  GatheredDeliveries1795900014000,
  ThrottleDecisions1795900015000,
  Places1795900016000,
  Collapse1795900017000,
  Seen1795900018000,
  TakenActions1795900019000,
  ChangedTimes1795900020000,
];
