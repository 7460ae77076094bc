import { IsBoolean, IsInt, IsString, Max, Min, ValidateIf } from 'class-validator';
import { MayBeAbsent } from '../common/may-be-absent.js';
import { IsText, MAX_ID_LENGTH } from '../common/text.js';

/** Of a page, at most and where nothing is said: the same for the native API (docs/contracts/inbox.txt) and for hosts. */
export const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 50;

/** Which of a user's notifications are meant; without anything, all of them. */
export class InboxFilter {
  /** Only of this type: a key of the catalogue. */
  @MayBeAbsent()
  @IsString({ message: 'must be a string' })
  type?: string;

  /** Only of this tenant, 1 to 128 characters; null: those of no tenant. */
  @ValidateIf((_object, value) => value !== undefined && value !== null)
  @IsText(1, MAX_ID_LENGTH)
  teamId?: string | null;
}

/** A page of an inbox. */
export class InboxQuery extends InboxFilter {
  /** Only read ones, or only unread ones. */
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  read?: boolean;

  /** Those in the trash instead of those that are not. */
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  trash?: boolean;

  /** The `next` of the page before. */
  @MayBeAbsent()
  @IsString({ message: 'must be a string' })
  after?: string;

  /** How many at most: 1 to 200, 50 where nothing is said. */
  @MayBeAbsent()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(MAX_LIMIT, { message: `must be at most ${MAX_LIMIT}` })
  limit?: number;
}
