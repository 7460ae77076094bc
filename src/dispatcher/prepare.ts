import { mintId } from '../common/ids.js';
import type { CatalogueType } from '../catalogue/catalogue.js';
import type { CheckedEvent } from './event.js';

/** An event that is ready to be written: checked, with its time and its ids. */
export interface PreparedEvent {
  id: string;
  fields: CheckedEvent;
  userIds: string[];
  type: CatalogueType;
  /** Who sent it: an API key's name, or `module` for a host's own code. */
  source: string;
  createdAt: Date;
  /** The id of each recipient's notification, in the recipients' order. */
  notificationIds: string[];
}

/** Gives an event its time and its ids; all of its notifications carry the same time. */
export function prepare(
  event: CheckedEvent,
  type: CatalogueType,
  source: string,
  createdAt: Date,
): PreparedEvent {
  const at = createdAt.getTime();
  return {
    id: mintId(at),
    fields: event,
    userIds: event.userIds,
    type,
    source,
    createdAt,
    notificationIds: event.userIds.map(() => mintId(at)),
  };
}
