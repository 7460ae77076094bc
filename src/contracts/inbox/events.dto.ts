import { Answer, Documented, TEXT_OR_NULL, TIME, UUID } from '../../common/documented.js';
import { EVENT_STATUSES, UNSENT_STATUSES, type UnsentStatus } from '../../dispatcher/event.js';
import { IsOneOf, IsString, MayBeAbsent } from '../../common/rule.js';
import { IsCount } from '../../common/query.js';
import { TakenActionDto } from '../shown.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';

const DEFAULT_RECIPIENTS = 100;
const MAX_RECIPIENTS = 1_000;

const ALREADY_SENT = {
  type: 'object',
  additionalProperties: { type: 'integer' },
  description: 'By channel: messages that have been sent, or may have been.',
  example: { email: 2 },
} as const;

@Documented()
export class ListEventsQuery {
  @MayBeAbsent()
  @IsOneOf(UNSENT_STATUSES, { default: 'scheduled', description: 'Of events that are not sent.' })
  status: UnsentStatus = 'scheduled';

  @MayBeAbsent()
  @IsString({ description: 'The cursor of the previous page.' })
  cursor?: string;

  @IsCount(MAX_LIMIT, 'Events per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

@Documented()
export class EventReportQuery {
  @IsCount(MAX_RECIPIENTS, 'Recipients per page.', DEFAULT_RECIPIENTS)
  limit: number = DEFAULT_RECIPIENTS;

  @MayBeAbsent()
  @IsString({ description: 'The cursor of the previous page.' })
  cursor?: string;
}

export class WithdrawAnswer extends Answer({
  withdrawn: { type: Number, description: 'How many notifications are gone from inboxes.' },
  already_sent: ALREADY_SENT,
}) {}

class CancelledEvent extends Answer({ id: UUID, status: { enum: ['cancelled', 'withdrawn'] } }) {}

export class CancelAnswer extends Answer({
  event: CancelledEvent,
  withdrawn: {
    type: Number,
    required: false,
    description: 'Of a withdrawn one: how many notifications are gone from inboxes.',
  },
  already_sent: { required: false, ...ALREADY_SENT },
}) {}

const SUMMARY = {
  id: UUID,
  type: String,
  created_at: TIME,
  status: {
    enum: EVENT_STATUSES,
    description: '`failed`: when it was due its type was gone, or it could not be written; see `reason`.',
  },
  send_at: { ...TIME, nullable: true, description: 'What a scheduled one asked for.' },
} as const;

export class EventSummary extends Answer(SUMMARY) {}

export class EventAnswer extends Answer({
  event: EventSummary,
  recipients: {
    type: Number,
    description: 'How many different users it goes to, whatever their preferences.',
  },
}) {}

/** What became of an event for one recipient: `http/openapi.ts` documents what each channel reports. */
export class RecipientDto extends Answer({
  user_id: String,
  action: { type: TakenActionDto, required: false, description: 'The action that they took.' },
}) {
  [channel: string]: unknown;
}

const DETAILS = {
  ...SUMMARY,
  level: String,
  title: String,
  team_id: TEXT_OR_NULL,
  source: { type: String, description: 'The name of the API key that sent it, or `module`.' },
  sent_at: { ...TIME, nullable: true, description: 'Null while it is not sent.' },
  expires_at: { ...TIME, nullable: true, description: 'When it is over.' },
  reason: { ...TEXT_OR_NULL, description: 'Why it failed.' },
} as const;

class EventDetails extends Answer(DETAILS) {}

class ListedEvent extends Answer({
  ...DETAILS,
  recipients: { type: Number, description: 'How many different users it goes to.' },
}) {}

export class EventPageAnswer extends Answer({
  events: [ListedEvent],
  cursor: { ...TEXT_OR_NULL, description: 'For the next page; null on the last one.' },
  has_more: Boolean,
}) {}

export class EventDetailsAnswer extends Answer({ event: ListedEvent }) {}

export class EventReportAnswer extends Answer({
  event: EventDetails,
  total: { type: Number, description: 'How many recipients there are in all.' },
  recipients: [RecipientDto],
  cursor: TEXT_OR_NULL,
  has_more: Boolean,
}) {}
