import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DELIVERY_STATUSES } from '../../common/delivery-status.js';
import { CreateEndpoint, PatchEndpoint } from './endpoint.dto.js';
import { KINDS } from './formats/registry.js';
import { Documented } from '../../common/documented.js';
import { IsOnce, MayBeAbsent } from '../../common/rule.js';
import { IsCount } from '../../common/query.js';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

/** What is posted is checked by the core. */
@Documented(CreateEndpoint)
export class CreateWebhookBody {}

/** What is left out stays as it is. */
@Documented(PatchEndpoint)
export class PatchWebhookBody {}

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
