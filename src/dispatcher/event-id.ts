import { notFound } from '../common/errors.js';
import { isUuid } from '../common/ids.js';

/** An event's id as a caller gave it. @throws CarillonError `not_found` when it cannot be one */
export function eventId(given: string): string {
  const id = given.toLowerCase();
  if (!isUuid(id)) throw notFound('event');
  return id;
}
