import { IsNumber1To } from '../common/query.js';
import {
  IsBoolean,
  IsNotWith,
  IsOneOf,
  IsString,
  IsText,
  MayBeAbsent,
  MayBeNull,
  Reads,
} from '../common/rule.js';
import { MAX_ID_LENGTH } from '../common/text.js';
import { PLACES, readSnooze, type Place } from './placing.js';

/** Of a page, at most and where nothing is said: the same for the native API (docs/contracts/inbox.txt) and for hosts. */
export const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 50;

/** Which of a user's notifications are meant; without anything, all of them. */
export class InboxFilter {
  /** Only of this type: a key of the catalogue. */
  @MayBeAbsent()
  @IsString()
  type?: string;

  /** Only of this tenant, 1 to 128 characters; null: those of no tenant. */
  @MayBeNull()
  @IsText(1, MAX_ID_LENGTH)
  teamId?: string | null;
}

/** Until when a notification is out of the inbox. */
export class Snooze {
  @Reads(readSnooze)
  until?: Date | null;
}

/** A page of an inbox. */
export class InboxQuery extends InboxFilter {
  /** Only read ones, or only unread ones. */
  @MayBeAbsent()
  @IsBoolean()
  read?: boolean;

  /** Which list: what is set aside is not in the inbox, which is meant where nothing is said. */
  @MayBeAbsent()
  @IsOneOf(PLACES)
  state?: Place;

  /** Those in the trash instead of those that are not. */
  @MayBeAbsent()
  @IsBoolean()
  @IsNotWith('state')
  trash?: boolean;

  /** The `next` of the page before. */
  @MayBeAbsent()
  @IsString()
  after?: string;

  /** How many at most: 1 to 200, 50 where nothing is said. */
  @MayBeAbsent()
  @IsNumber1To(MAX_LIMIT)
  limit?: number;
}
