import type { ListedDelivery } from '../../deliveries/deliveries.store.js';
import type { TestResult } from './endpoint-tester.js';
import type { EndpointView } from './endpoint-view.js';
import { cursorOf, parseCursor } from '../../common/cursor.js';
import type {
  DeliveryItem,
  DeliveryPage,
  ListDeliveriesQuery,
  WebhookItem,
  WebhookTest,
} from './webhooks.dto.js';

export function webhookItem(endpoint: EndpointView): WebhookItem {
  return {
    id: endpoint.id,
    name: endpoint.name,
    kind: endpoint.kind,
    url: endpoint.url,
    events: endpoint.events,
    auth: endpoint.auth,
    enabled: endpoint.enabled,
    disabled_reason: endpoint.disabledReason,
    disabled_at: endpoint.disabledAt?.toISOString() ?? null,
    created_at: endpoint.createdAt.toISOString(),
    updated_at: endpoint.updatedAt.toISOString(),
    ...(endpoint.secret !== undefined && { secret: endpoint.secret }),
  };
}

/** One row more than the page: whether it is there says whether there is a next page. */
export function deliveriesPage(query: ListDeliveriesQuery): { afterId: string | undefined; limit: number } {
  return {
    afterId: query.cursor === undefined ? undefined : parseCursor(query.cursor),
    limit: query.limit + 1,
  };
}

export function deliveryPage(rows: ListedDelivery[], limit: number): DeliveryPage {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    deliveries: page.map(deliveryItem),
    cursor: last ? cursorOf(last.id) : null,
    has_more: last !== undefined,
  };
}

export function deliveryItem(delivery: ListedDelivery): DeliveryItem {
  return {
    id: delivery.id,
    event: delivery.event,
    status: delivery.status,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    error: delivery.error,
    created_at: delivery.createdAt.toISOString(),
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    delivered_at: delivery.deliveredAt?.toISOString() ?? null,
  };
}

export function webhookTest(result: TestResult): WebhookTest {
  return {
    delivered: result.delivered,
    response_status: result.responseStatus,
    error: result.error,
    duration_ms: result.durationMs,
    excerpt: result.excerpt,
  };
}
