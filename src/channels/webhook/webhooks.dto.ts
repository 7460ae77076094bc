import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsString, ValidateIf } from 'class-validator';
import { DELIVERY_STATUSES } from '../../common/delivery-status.js';
import { KINDS } from './formats/registry.js';
import { Documented } from '../../common/documented.js';
import { IsOnce, MayBeAbsent } from '../../common/rule.js';
import { IsCount } from '../../common/query.js';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

/** More names than any catalogue has. */
const MAX_EVENTS = 200;

const EVENTS = {
  description: 'Names of events, or `*` for all of them.',
  oneOf: [
    { type: 'array', items: { type: 'string' } },
    { type: 'string', enum: ['*'] },
  ],
  example: ['job.failed', 'quota.warning'],
};

/** `"*"` and `["*"]` mean the same; what the names are is checked by the core. */
function IsEventList({ mayBeAbsent = false } = {}): PropertyDecorator {
  return (target, key) => {
    ValidateIf((_object, value) => value !== '*' && !(mayBeAbsent && value === undefined))(target, key);
    IsArray({ message: 'must be a list of events, or "*"' })(target, key);
    ArrayMaxSize(MAX_EVENTS, { message: `must have at most ${MAX_EVENTS} entries` })(target, key);
    IsString({ each: true, message: 'must be a list of events, or "*"' })(target, key);
  };
}

/** A credential: null removes it. */
function IsCredential(description: string): PropertyDecorator {
  return (target, key) => {
    ApiPropertyOptional({ type: String, nullable: true, description })(target, key);
    ValidateIf((_object, value) => value !== undefined && value !== null)(target, key);
    IsString({ message: 'must be a string or null' })(target, key);
  };
}

class CredentialsBody {
  @IsCredential('ntfy only: an access token, sent as Bearer.')
  token?: string | null;

  @IsCredential('ntfy only, with a password, in place of a token.')
  username?: string | null;

  @IsCredential('ntfy only, with a username.')
  password?: string | null;
}

export class CreateWebhookBody extends CredentialsBody {
  @ApiProperty({ minLength: 1, maxLength: 100 })
  @IsString({ message: 'must be a string' })
  name: string;

  @ApiProperty({ enum: KINDS })
  @IsString({ message: 'must be a string' })
  kind: string;

  @ApiProperty({ format: 'uri', description: 'http or https. ntfy: the URL of the topic.' })
  @IsString({ message: 'must be a string' })
  url: string;

  @ApiProperty(EVENTS)
  @IsEventList()
  events: string | string[];
}

/** What is left out stays as it is. */
export class PatchWebhookBody extends CredentialsBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @MayBeAbsent()
  @IsString({ message: 'must be a string' })
  name?: string;

  @ApiPropertyOptional({ format: 'uri' })
  @MayBeAbsent()
  @IsString({ message: 'must be a string' })
  url?: string;

  @ApiPropertyOptional(EVENTS)
  @IsEventList({ mayBeAbsent: true })
  events?: string | string[];

  @ApiPropertyOptional({ description: 'true also forgets earlier failures.' })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  enabled?: boolean;
}

@Documented()
export class ListDeliveriesQuery {
  @MayBeAbsent()
  @IsOnce({ description: 'The cursor of the previous page.' })
  cursor?: string;

  @IsCount(MAX_LIMIT, 'Items per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

export class WebhookItem {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ enum: KINDS })
  kind: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Masked for discord and slack; null when the encryption key was lost.',
  })
  url: string | null;

  @ApiProperty({ type: [String], description: '`*` alone for all of them.' })
  events: string[];

  @ApiProperty({ enum: ['none', 'token', 'basic'] })
  auth: string;

  @ApiProperty()
  enabled: boolean;

  @ApiProperty({ type: String, nullable: true })
  disabled_reason: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  disabled_at: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  @ApiPropertyOptional({
    description:
      'generic only: the signing secret (Standard Webhooks), at creation and rotation and never again.',
  })
  secret?: string;
}

export class WebhookAnswer {
  @ApiProperty({ type: WebhookItem })
  webhook: WebhookItem;
}

export class WebhookList {
  @ApiProperty({ type: [WebhookItem] })
  webhooks: WebhookItem[];
}

export class DeliveryItem {
  @ApiProperty({ format: 'uuid', description: 'Also the `webhook-id` of a generic webhook.' })
  id: string;

  @ApiProperty({ example: 'job.failed' })
  event: string;

  @ApiProperty({ enum: DELIVERY_STATUSES })
  status: string;

  @ApiProperty()
  attempts: number;

  @ApiProperty({ type: Number, nullable: true })
  response_status: number | null;

  @ApiProperty({ type: String, nullable: true })
  error: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  next_attempt_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  delivered_at: string | null;
}

export class DeliveryAnswer {
  @ApiProperty({ type: DeliveryItem })
  delivery: DeliveryItem;
}

export class DeliveryPage {
  @ApiProperty({ type: [DeliveryItem] })
  deliveries: DeliveryItem[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one.' })
  cursor: string | null;

  @ApiProperty()
  has_more: boolean;
}

export class WebhookTest {
  @ApiProperty()
  delivered: boolean;

  @ApiProperty({ type: Number, nullable: true })
  response_status: number | null;

  @ApiProperty({ type: String, nullable: true })
  error: string | null;

  @ApiProperty()
  duration_ms: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The beginning of the answer, at most 200 characters.',
  })
  excerpt: string | null;
}

export class WebhookTestAnswer {
  @ApiProperty({ type: WebhookTest })
  test: WebhookTest;
}
