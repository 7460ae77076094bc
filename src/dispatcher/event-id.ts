import { notFound } from '../common/errors.js';
import { idsOf, isUuid, timeOfId } from '../common/ids.js';

/** An event's id as a caller gave it. @throws CarillonError `not_found` when it cannot be one */
export function eventId(given: string): string {
  const id = given.toLowerCase();
  if (!isUuid(id)) throw notFound('event');
  return id;
}

/** Between which ids the copies of an event are, and its deliveries: these carry the millisecond at which it was sent. */
export function copiesOf(event: {
  id: string;
  sendAt: Date | null;
  sentAt: Date | null;
}): [lowest: string, highest: string] {
  const { id, sendAt, sentAt } = event;
  return idsOf(sendAt === null || sentAt === null ? timeOfId(id) : sentAt.getTime());
}
