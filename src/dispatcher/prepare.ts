import { mintId } from '../common/ids.js';
import type { NotificationType } from '../config/options.js';
import type { CheckedEvent } from './event.js';

/** An event that is ready to be written: checked, with its time and its ids. */
export interface PreparedEvent extends Omit<CheckedEvent, 'type'> {
  id: string;
  type: NotificationType;
  /** Who sent it: an API key's name, or `module` for a host's own code. */
  source: string;
  createdAt: Date;
  /** The id of each recipient's notification, in the recipients' order. */
  notificationIds: string[];
}

/** Gives an event its time and its ids; all of its notifications carry the same time. */
export function prepare(
  event: CheckedEvent,
  type: NotificationType,
  source: string,
  createdAt: Date,
): PreparedEvent {
  const at = createdAt.getTime();
  return {
    ...event,
    type,
    source,
    createdAt,
    id: mintId(at),
    notificationIds: event.userIds.map(() => mintId(at)),
  };
}
