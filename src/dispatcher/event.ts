import { readInstant } from '../common/instant.js';
import { MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { IsOneOf, IsString, IsText, MayBeNull, Reads, type Around, type Reader } from '../common/rule.js';
import { MAX_ID_LENGTH, textProblem } from '../common/text.js';
import { readInput } from '../common/validation.js';
import { LEVELS, type Level } from '../config/options.js';
import type { EventFields } from '../notifications/event-fields.js';
import { NotificationAction, NotificationActor, readActions } from '../notifications/extras.js';
import { IsImage, IsLink } from '../notifications/link.js';
import { jsonData } from './json-data.js';

/** The most users that one event can go to. */
const MAX_RECIPIENTS = 10_000;
export const MAX_TITLE_LENGTH = 255;
export const MAX_BODY_LENGTH = 10_000;
/** What is further away than any yearly reminder is a wrong year. */
const MAX_DAYS_AHEAD = 366;
/** Ten years: what is to stay for longer needs no end. */
const MAX_DAYS_KEPT = 3_660;

const SEND_AT = {
  type: 'string',
  format: 'date-time',
  description: `With its offset, at most ${MAX_DAYS_AHEAD} days ahead. A past one means now.`,
  example: '2026-12-24T18:00:00+01:00',
};

export const USER_IDS = {
  type: 'array',
  items: { type: 'string' },
  minItems: 1,
  maxItems: MAX_RECIPIENTS,
  example: ['user_42'],
};

/** The thing that an event is about. */
export class EventEntity {
  @IsText(1, MAX_ID_LENGTH)
  type: string;

  @IsText(1, MAX_ID_LENGTH)
  id: string;
}

export const readEntity = unlessNone((value, path) => readInput(EventEntity, value, path));

export const ENTITY = { type: EventEntity, required: false, nullable: true };

/** Something that happened, and who is to hear of it. From JSON it comes with the same names in snake case. */
export class NotifyEvent {
  /** A key of the type catalogue. */
  @IsString({ description: 'A key of the type catalogue.', example: 'job_failed' })
  type: string;

  /** Who is to hear of it: 1 to 10,000 ids of 1 to 128 characters. An id that is there twice counts once. */
  @Reads(readUserIds, USER_IDS)
  userIds: string[];

  /** 1 to 255 characters. */
  @IsText(1, MAX_TITLE_LENGTH, { example: 'The nightly import failed' })
  title: string;

  /** At most 10,000 characters. */
  @MayBeNull()
  @IsText(0, MAX_BODY_LENGTH)
  body?: string | null = null;

  /** Where it leads: an `http(s)` URL without credentials, or a path beginning with exactly one `/`. At most 2,048 characters. */
  @MayBeNull()
  @IsLink({
    description: 'An http(s) URL without credentials, or a path beginning with exactly one "/".',
    example: '/jobs/17',
  })
  link?: string | null = null;

  /**
   * Structured data for what reads the notification: an object of at most 64 KB of JSON, as `JSON.stringify` writes it, but
   * with numbers written out, of which `1e300` has 301 digits. What JSON cannot hold (a BigInt, a Map, NaN, a gap in a
   * list) is refused by its place.
   */
  @Reads(unlessNone(jsonData), {
    type: 'object',
    required: false,
    nullable: true,
    description:
      'At most 64 KB of JSON, with numbers written out. Numbers keep their digits, but many readers parse them as ' +
      'doubles, which an id of 64 bits is not: send it as a string.',
  })
  data?: Record<string, unknown> | null;

  /** The tenant it belongs to, 1 to 128 characters. */
  @MayBeNull()
  @IsText(1, MAX_ID_LENGTH)
  teamId?: string | null = null;

  /** The thing it is about; `type` and `id` of 1 to 128 characters. */
  @Reads(readEntity, ENTITY)
  entity?: EventEntity | null;

  /**
   * What it belongs together with, 1 to 128 characters: in the inbox it takes the place of an unread one with the same key, mails of
   * one key are one thread, a device shows the newest push of it, and all of it can be withdrawn.
   */
  @MayBeNull()
  @IsText(1, MAX_ID_LENGTH)
  collapseKey?: string | null = null;

  /** What users can do at once, at most three: buttons, of which each user takes one, once. */
  @Reads(unlessNone(readActions), {
    type: [NotificationAction],
    required: false,
    nullable: true,
    maxItems: 3,
    description: 'Buttons, of which each user takes one, once.',
  })
  actions?: NotificationAction[] | null;

  /** A picture of what happened: an `https` URL, which the browser of each user loads. */
  @MayBeNull()
  @IsImage()
  image?: string | null = null;

  /** Who did it. */
  @Reads(unlessNone((value, path) => readInput(NotificationActor, value, path)), {
    type: NotificationActor,
    required: false,
    nullable: true,
    description: 'Who did it.',
  })
  actor?: NotificationActor | null;

  /** Instead of the type's own level. */
  @MayBeNull()
  @IsOneOf(LEVELS, { description: "Default: the type's own." })
  level?: Level;

  /**
   * When it is to be sent: a `Date`, or an ISO 8601 time with its offset, at most 366 days ahead. A past one means now. Until
   * then nothing of it is in any inbox; preferences are those of that time.
   */
  @Reads(unlessNone(readSendAt), { ...SEND_AT, required: false, nullable: true })
  sendAt?: Date | string | null;

  /**
   * When it is over: a `Date`, or an ISO 8601 time with its offset, in the future and after `sendAt`. Within a second from
   * then on it is in no list and no count, and no channel sends it any more.
   */
  @Reads(unlessNone(readExpiresAt), {
    type: 'string',
    format: 'date-time',
    required: false,
    nullable: true,
    description:
      'From then on it is in no list and no count, and no channel sends it. With its offset, after `send_at`.',
    example: '2026-12-25T00:00:00+01:00',
  })
  expiresAt?: Date | string | null;
}

/** What is changed of an event that is not sent yet. */
export class EventPatch {
  @Reads(readSendAt, SEND_AT)
  sendAt: Date;
}

/** What has become of an event: `failed` is one whose type was gone, or that could not be written, when it was due. */
export const EVENT_STATUSES = ['scheduled', 'sending', 'sent', 'cancelled', 'withdrawn', 'failed'] as const;

export type EventStatus = (typeof EVENT_STATUSES)[number];

/** Those of events that can still be moved or cancelled. */
export const UNSENT_STATUSES = ['scheduled', 'failed'] as const satisfies EventStatus[];

export type UnsentStatus = (typeof UNSENT_STATUSES)[number];

/** What `notify()` answers. */
export interface NotifyResult {
  event: {
    id: string;
    type: string;
    createdAt: Date;
    status: 'sent' | 'scheduled';
    /** When it is going to be sent; null when it has been. */
    sendAt: Date | null;
  };
  /** How many different users it goes to, whatever their preferences. */
  recipients: number;
}

/** What is stored of an event and copied for each recipient; what is JSON is its text. */
export type StoredFields = Omit<EventFields, 'data' | 'extras'> & {
  data: string | null;
  extras: string | null;
};

/** An event that has been checked, with everything that the catalogue says of its type. */
export interface CheckedEvent extends StoredFields {
  userIds: string[];
  sendAt: Date | null;
}

function readSendAt(given: unknown, path: string) {
  return readInstant(given, path, { daysAhead: MAX_DAYS_AHEAD, past: true });
}

function readExpiresAt(given: unknown, path: string, { whole }: Around) {
  const sendKey = path.replace('expires', 'send');
  const sendAt = readSendAt(whole[sendKey], sendKey);
  const reading = readInstant(given, path, { daysAhead: MAX_DAYS_KEPT });
  const isSentBefore = !('value' in reading && 'value' in sendAt) || reading.value > sendAt.value;
  return isSentBefore ? reading : { issues: [{ path, message: `must be after ${sendKey}` }] };
}

/** Users: each id once. Ten thousand are read in one loop. */
export function readUserIds(given: unknown, path: string) {
  if (!Array.isArray(given)) return { issues: [{ path, message: 'must be a list of user ids' }] };
  if (given.length === 0 || given.length > MAX_RECIPIENTS) {
    const message = `must have 1 to ${MAX_RECIPIENTS} user ids, not ${given.length}`;
    return { issues: [{ path, message }] };
  }
  const issues: InputIssue[] = [];
  for (let at = 0; at < given.length && issues.length < MAX_ISSUES; at += 1) {
    const message = textProblem(given[at], 1, MAX_ID_LENGTH);
    if (message !== undefined) issues.push({ path: `${path}[${at}]`, message });
  }
  return issues.length > 0 ? { issues } : { value: [...new Set(given as string[])] };
}

/** Null and undefined are none, and become null. */
export function unlessNone(reader: Reader): Reader {
  return (given, path, around) =>
    given === undefined || given === null ? { value: null } : reader(given, path, around);
}
