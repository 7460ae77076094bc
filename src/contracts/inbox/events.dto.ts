import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { LEVELS } from '../../config/options.js';
import { EVENT_LIMITS } from '../../dispatcher/event-limits.js';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { IsCount } from '../../common/query.js';

const DEFAULT_RECIPIENTS = 100;
const MAX_RECIPIENTS = 1_000;

class EntityBody {
  @ApiProperty({ minLength: 1, maxLength: EVENT_LIMITS.id })
  type: string;

  @ApiProperty({ minLength: 1, maxLength: EVENT_LIMITS.id })
  id: string;
}

/** For the document only: what an event must be like is checked in one place, for HTTP and code callers alike. */
export class EventBody {
  @ApiProperty({ description: 'A key of the type catalogue.', example: 'job_failed' })
  type: string;

  @ApiProperty({ type: [String], minItems: 1, maxItems: EVENT_LIMITS.recipients, example: ['user_42'] })
  user_ids: string[];

  @ApiProperty({ minLength: 1, maxLength: EVENT_LIMITS.title, example: 'The nightly import failed' })
  title: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: EVENT_LIMITS.body })
  body?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: EVENT_LIMITS.link,
    description: 'An http(s) URL, or a path beginning with exactly one "/".',
    example: '/jobs/17',
  })
  link?: string | null;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    description:
      'At most 64 KB of JSON. Numbers keep their digits, but many readers parse them as doubles, which an id of 64 bits ' +
      'is not: send it as a string.',
  })
  data?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: EVENT_LIMITS.id })
  team_id?: string | null;

  @ApiPropertyOptional({ type: EntityBody, nullable: true })
  entity?: EntityBody | null;

  @ApiPropertyOptional({
    enum: LEVELS,
    description: "Default: the type's own.",
  })
  level?: string;
}

export class EventSummary {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  type: string;

  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

export class EventAnswer {
  @ApiProperty({ type: EventSummary })
  event: EventSummary;

  @ApiProperty({ description: 'How many different users it went to, whatever their preferences.' })
  recipients: number;
}

export class EventReportQuery {
  @IsCount(MAX_RECIPIENTS, 'Recipients per page.', DEFAULT_RECIPIENTS)
  limit: number = DEFAULT_RECIPIENTS;

  @ApiPropertyOptional({ description: 'The cursor of the previous page.' })
  @MayBeAbsent()
  @IsString({ message: 'must be given once' })
  cursor?: string;
}

const RULE = { enum: ['preference', 'default'], description: 'What decided: the user, or the type.' };

class InAppReport {
  @ApiProperty({ enum: ['stored', 'muted'] })
  status: string;

  @ApiProperty(RULE)
  rule: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null when purged since.' })
  notification_id: string | null;
}

class ToastReport {
  @ApiProperty({ enum: ['announced', 'muted'] })
  status: string;

  @ApiProperty(RULE)
  rule: string;
}

class DeliveryReport {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  endpoint_id: string;

  @ApiProperty({ enum: ['queued', 'delivered', 'failed'] })
  status: string;
}

class WebhookReport {
  @ApiProperty({
    enum: ['none', 'muted', 'no_endpoint', 'sent', 'not_kept'],
    description:
      '`none`: the type is never sent to webhooks. `no_endpoint`: none of the user subscribes to it. `not_kept`: ' +
      'too long ago to say; deliveries are kept for a shorter time than events.',
  })
  status: string;

  @ApiProperty(RULE)
  rule: string;

  @ApiProperty({ type: [DeliveryReport] })
  deliveries: DeliveryReport[];
}

class RecipientDto {
  @ApiProperty()
  user_id: string;

  @ApiProperty({ type: InAppReport })
  in_app: InAppReport;

  @ApiProperty({ type: ToastReport })
  toast: ToastReport;

  @ApiProperty({ type: WebhookReport })
  webhook: WebhookReport;
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
