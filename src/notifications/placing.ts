import { readInstant } from '../common/instant.js';
import type { Around, Reading } from '../common/rule.js';

/** Which of a user's lists has a notification, unless it is in the trash. */
export const PLACES = ['inbox', 'snoozed', 'archived'] as const;

export type Place = (typeof PLACES)[number];

/** What is in the inbox: the rows that lists show first and that are counted. */
export const IN_INBOX = `place = 'inbox' AND deleted_at IS NULL`;

/** What a user does to one notification: what is left out stays as it is. */
export interface NotificationPatch {
  read?: boolean;
  archived?: boolean;
  /** Null ends it. */
  snoozedUntil?: Date | null;
}

/** The same, as it is written. */
export interface Placing {
  /** Where it goes; null: where it is. */
  to: Exclude<Place, 'inbox'> | null;
  /** Out of which places it comes back into the inbox. */
  outOf: Place[];
  /** Null: as it is. */
  read: boolean | null;
  until: Date | null;
}

/**
 * What a patch does to where a notification is; undefined when it does nothing to that. What is archived has been dealt
 * with, and is read unless the patch says that it is not.
 */
export function placingOf({ read, archived, snoozedUntil }: NotificationPatch): Placing | undefined {
  if (archived === undefined && snoozedUntil === undefined) return undefined;
  const outOf: Place[] = [];
  if (archived === false) outOf.push('archived');
  if (snoozedUntil === null) outOf.push('snoozed');
  const set = { outOf, read: read ?? (archived === true ? true : null) };
  if (archived === true) return { ...set, to: 'archived', until: null };
  return { ...set, to: snoozedUntil ? 'snoozed' : null, until: snoozedUntil ?? null };
}

/** What is further away than a year is not looked at again. */
const MAX_SNOOZE_DAYS = 366;

/** Reads until when a notification is snoozed; null ends that. */
export function readSnooze(
  given: unknown,
  path: string,
  { whole }: Around,
): Reading<Date | null | undefined> {
  if (given === undefined || given === null) return { value: given };
  if (whole['archived'] === true) return { issues: [{ path, message: 'cannot be combined with archived' }] };
  return readInstant(given, path, { daysAhead: MAX_SNOOZE_DAYS });
}
