import { mintId } from '../common/ids.js';
import type { CatalogueType } from '../catalogue/catalogue.js';
import type { StoredFields } from './event.js';

/** An event that is ready to be written: checked, with its time and its ids. */
export interface PreparedEvent {
  id: string;
  fields: StoredFields;
  userIds: string[];
  type: CatalogueType;
  /** Who sent it: an API key's name, or `module` for a host's own code. */
  source: string;
  createdAt: Date;
  /** The id of each recipient's notification, in the recipients' order. */
  notificationIds: string[];
}

/**
 * Gives an event its time and its ids; all of its notifications carry the same time.
 * @param id of one that was scheduled, and is sent at this time
 */
export function prepare(
  event: StoredFields & { userIds: string[] },
  type: CatalogueType,
  source: string,
  createdAt: Date,
  id?: string,
): PreparedEvent {
  const at = createdAt.getTime();
  return {
    id: id ?? mintId(at),
    fields: event,
    userIds: event.userIds,
    type,
    source,
    createdAt,
    notificationIds: event.userIds.map(() => mintId(at)),
  };
}
