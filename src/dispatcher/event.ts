import type { Level } from '../config/options.js';

/** Something that happened, and who is to hear of it. */
export interface NotifyEvent {
  /** A key of the type catalogue. */
  type: string;
  /** Who is to hear of it: 1 to 10,000 ids of 1 to 128 characters. An id that is there twice counts once. */
  userIds: string[];
  /** 1 to 255 characters. */
  title: string;
  /** At most 10,000 characters. */
  body?: string | null;
  /** Where it leads: an `http(s)` URL, or a path beginning with exactly one `/`. At most 2,048 characters. */
  link?: string | null;
  /**
   * Structured data for what reads the notification: an object of at most 64 KB of JSON, as `JSON.stringify` writes it. What
   * JSON cannot hold (a BigInt, a Map, NaN, a gap in a list) is refused by its place.
   */
  data?: Record<string, unknown> | null;
  /** The tenant it belongs to, 1 to 128 characters. */
  teamId?: string | null;
  /** The thing it is about; `type` and `id` of 1 to 128 characters. */
  entity?: { type: string; id: string } | null;
  /** Instead of the type's own level. */
  level?: Level;
}

/** What `notify()` answers. */
export interface NotifyResult {
  event: { id: string; type: string; createdAt: Date };
  /** How many different users it went to, whatever their preferences. */
  recipients: number;
}

/** An event that has been checked, with everything that the catalogue says of its type. */
export interface CheckedEvent {
  type: string;
  userIds: string[];
  title: string;
  body: string | null;
  link: string | null;
  /** The JSON text of the data. */
  data: string | null;
  teamId: string | null;
  entityType: string | null;
  entityId: string | null;
  level: Level;
}
