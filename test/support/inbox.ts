import type { DataSource } from 'typeorm';
import { Clock } from '../../src/common/clock.js';
import { Database } from '../../src/database/database.js';
import { ActionHandlers } from '../../src/notifications/action-handlers.js';
import { ActionsStore } from '../../src/notifications/actions.store.js';
import { BulkService } from '../../src/notifications/bulk.service.js';
import { BulkStore } from '../../src/notifications/bulk.store.js';
import { InboxWakeup } from '../../src/notifications/inbox-wakeup.js';
import { InboxService } from '../../src/notifications/inbox.service.js';
import { InboxStore } from '../../src/notifications/inbox.store.js';
import { InboxWritesStore } from '../../src/notifications/inbox-writes.store.js';
import { Turns } from '../../src/database/turns.js';

/** The inbox without the rest of the application. */
export function inboxOn(
  dataSource: DataSource,
  turns = new Turns(10),
): { inbox: InboxService; bulk: BulkService } {
  const database = new Database(dataSource);
  const wakeup = new InboxWakeup();
  const bulk = new BulkService(database, new BulkStore(database), turns, wakeup);
  const inbox = new InboxService(
    database,
    new InboxStore(database),
    new InboxWritesStore(database),
    new ActionsStore(database),
    new ActionHandlers(),
    bulk,
    turns,
    wakeup,
    new Clock(),
  );
  return { inbox, bulk };
}
