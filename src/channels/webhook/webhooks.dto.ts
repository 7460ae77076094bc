import { DELIVERY_STATUSES } from '../../common/delivery-status.js';
import { Answer, Documented, TEXT_OR_NULL, TIME, UUID } from '../../common/documented.js';
import { IsString, MayBeAbsent } from '../../common/rule.js';
import { IsCount } from '../../common/query.js';
import { KINDS } from './formats/registry.js';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

@Documented()
export class ListDeliveriesQuery {
  @MayBeAbsent()
  @IsString({ description: 'The cursor of the previous page.' })
  cursor?: string;

  @IsCount(MAX_LIMIT, 'Items per page.', DEFAULT_LIMIT)
  limit: number = DEFAULT_LIMIT;
}

export class WebhookItem extends Answer({
  id: UUID,
  name: String,
  kind: { enum: KINDS },
  url: {
    ...TEXT_OR_NULL,
    description: 'Masked for discord and slack; null when the encryption key was lost.',
  },
  events: { type: [String], description: '`*` alone for all of them.' },
  auth: { enum: ['none', 'token', 'basic'] },
  enabled: Boolean,
  disabled_reason: TEXT_OR_NULL,
  disabled_at: { ...TIME, nullable: true },
  created_at: TIME,
  updated_at: TIME,
  secret: {
    type: String,
    required: false,
    description:
      'generic only: the signing secret (Standard Webhooks), at creation and rotation and never again.',
  },
}) {}

export class WebhookAnswer extends Answer({ webhook: WebhookItem }) {}

export class WebhookList extends Answer({ webhooks: [WebhookItem] }) {}

export class DeliveryItem extends Answer({
  id: { ...UUID, description: 'Also the `webhook-id` of a generic webhook.' },
  event: { type: String, example: 'job.failed' },
  status: { enum: DELIVERY_STATUSES },
  attempts: Number,
  response_status: { type: Number, nullable: true },
  error: TEXT_OR_NULL,
  created_at: TIME,
  next_attempt_at: { ...TIME, nullable: true },
  delivered_at: { ...TIME, nullable: true },
}) {}

export class DeliveryAnswer extends Answer({ delivery: DeliveryItem }) {}

export class DeliveryPage extends Answer({
  deliveries: [DeliveryItem],
  cursor: { ...TEXT_OR_NULL, description: 'For the next page; null on the last one.' },
  has_more: Boolean,
}) {}

export class WebhookTest extends Answer({
  delivered: Boolean,
  response_status: { type: Number, nullable: true },
  error: TEXT_OR_NULL,
  duration_ms: Number,
  excerpt: { ...TEXT_OR_NULL, description: 'The beginning of the answer, at most 200 characters.' },
}) {}

export class WebhookTestAnswer extends Answer({ test: WebhookTest }) {}
