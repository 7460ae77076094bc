import { Answer, TEXT_OR_NULL, TIME, UUID } from '../../common/documented.js';
import type { SubscriptionView } from './subscriptions.service.js';

export class PushKeyAnswer extends Answer({
  key: {
    type: String,
    description: 'The `applicationServerKey` to subscribe with: 65 bytes as base64url.',
  },
}) {}

class SubscriptionItem extends Answer({ id: UUID, device: TEXT_OR_NULL, created_at: TIME }) {}

export class SubscriptionAnswer extends Answer({ subscription: SubscriptionItem }) {}

export class SubscriptionList extends Answer({ subscriptions: [SubscriptionItem] }) {}

export function subscriptionItem({ id, device, createdAt }: SubscriptionView): SubscriptionItem {
  return { id, device, created_at: createdAt };
}
