import { ApiProperty } from '@nestjs/swagger';
import { Documented } from '../../common/documented.js';
import { CreateSubscription } from './subscription.dto.js';
import type { SubscriptionView } from './subscriptions.service.js';

/** What is posted is checked by the core. */
@Documented(CreateSubscription)
export class SubscribeBody {}

export class PushKeyAnswer {
  @ApiProperty({ description: 'The `applicationServerKey` to subscribe with: 65 bytes as base64url.' })
  key: string;
}

export class SubscriptionItem {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true })
  device: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

export class SubscriptionAnswer {
  @ApiProperty({ type: SubscriptionItem })
  subscription: SubscriptionItem;
}

export class SubscriptionList {
  @ApiProperty({ type: [SubscriptionItem] })
  subscriptions: SubscriptionItem[];
}

export function subscriptionItem({ id, device, createdAt }: SubscriptionView): SubscriptionItem {
  return { id, device, created_at: createdAt.toISOString() };
}
