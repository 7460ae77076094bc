import { ApiProperty } from '@nestjs/swagger';
import { Documented } from '../../common/documented.js';
import {
  EVENT_STATUSES,
  EventPatch,
  NotifyEvent,
  UNSENT_STATUSES,
  type EventStatus,
  type UnsentStatus,
} from '../../dispatcher/event.js';
import { WithdrawRequest } from '../../dispatcher/withdrawal.js';
import { IsOnce, IsOneOf, MayBeAbsent } from '../../common/rule.js';
import { IsCount } from '../../common/query.js';
import { TakenActionDto } from '../shown.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../notifications/inbox-query.dto.js';

const DEFAULT_RECIPIENTS = 100;
const MAX_RECIPIENTS = 1_000;

/** What is posted is a {@link NotifyEvent} in snake case, which the core checks. */
@Documented(NotifyEvent)
export class EventBody {}

/** What is sent is an {@link EventPatch}, which the core checks. */
@Documented(EventPatch)
export class PatchEventBody {}

/** What is sent is a {@link WithdrawRequest}, which the core checks. */
@Documented(WithdrawRequest)
export class WithdrawBody {}

const ALREADY_SENT = {
  type: 'object',
  additionalProperties: { type: 'integer' },
  description: 'By channel: messages that have been sent, or may have been.',
  example: { email: 2 },
};

export class WithdrawAnswer {
  @ApiProperty({ description: 'How many notifications are gone from inboxes.' })
  withdrawn: number;

  @ApiProperty(ALREADY_SENT as object)
  already_sent: Record<string, number>;
}

class CancelledEvent {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: ['cancelled', 'withdrawn'] })
  status: 'cancelled' | 'withdrawn';
}

export class CancelAnswer {
  @ApiProperty({ type: CancelledEvent })
  event: CancelledEvent;

  @ApiProperty({
    required: false,
    description: 'Of a withdrawn one: how many notifications are gone from inboxes.',
  })
  withdrawn?: number;

  @ApiProperty({ required: false, ...ALREADY_SENT } as object)
  already_sent?: Record<string, number>;
}

@Documented()
export class ListEventsQuery {
  @MayBeAbsent()
  @IsOneOf(UNSENT_STATUSES, { default: 'scheduled', description: 'Of events that are not sent.' })
  status: UnsentStatus = 'scheduled';

  @MayBeAbsent()
  @IsOnce({ description: 'The cursor of the previous page.' })
  cursor?: string;

  @IsCount(MAX_LIMIT, 'Events per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

export class EventSummary {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  type: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({
    enum: EVENT_STATUSES,
    description: '`failed`: when it was due its type was gone, or it could not be written; see `reason`.',
  })
  status: EventStatus;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'What a scheduled one asked for.',
  })
  send_at: string | null;
}

export class EventAnswer {
  @ApiProperty({ type: EventSummary })
  event: EventSummary;

  @ApiProperty({ description: 'How many different users it goes to, whatever their preferences.' })
  recipients: number;
}

@Documented()
export class EventReportQuery {
  @IsCount(MAX_RECIPIENTS, 'Recipients per page.', DEFAULT_RECIPIENTS)
  limit: number = DEFAULT_RECIPIENTS;

  @MayBeAbsent()
  @IsOnce({ description: 'The cursor of the previous page.' })
  cursor?: string;
}

/** What became of an event for one recipient: `http/openapi.ts` documents what each channel reports. */
export class RecipientDto {
  @ApiProperty()
  user_id: string;

  @ApiProperty({ type: TakenActionDto, required: false, description: 'The action that they took.' })
  action?: TakenActionDto;

  [channel: string]: unknown;
}

class EventDetails extends EventSummary {
  @ApiProperty()
  level: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ type: String, nullable: true })
  team_id: string | null;

  @ApiProperty({ description: 'The name of the API key that sent it, or `module`.' })
  source: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null while it is not sent.',
  })
  sent_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it is over.' })
  expires_at: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed.' })
  reason: string | null;
}

class ListedEvent extends EventDetails {
  @ApiProperty({ description: 'How many different users it goes to.' })
  recipients: number;
}

export class EventPageAnswer {
  @ApiProperty({ type: [ListedEvent] })
  events: ListedEvent[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one.' })
  cursor: string | null;

  @ApiProperty()
  has_more: boolean;
}

export class EventDetailsAnswer {
  @ApiProperty({ type: ListedEvent })
  event: ListedEvent;
}

export class EventReportAnswer {
  @ApiProperty({ type: EventDetails })
  event: EventDetails;

  @ApiProperty({ description: 'How many recipients there are in all.' })
  total: number;

  @ApiProperty({ type: [RecipientDto] })
  recipients: RecipientDto[];

  @ApiProperty({ type: String, nullable: true })
  cursor: string | null;

  @ApiProperty()
  has_more: boolean;
}
