import { cursorOf, parseCursor } from '../../common/cursor.js';
import { snakeCased } from '../../common/snake-case.js';
import type { DeliveriesPage, ListedDelivery } from '../../deliveries/deliveries.store.js';
import { MASK } from './endpoint.dto.js';
import type { WebhookEndpoint } from './endpoint.entity.js';
import type { EndpointVault } from './endpoint-vault.js';
import { requireFormat } from './formats/registry.js';
import type { DeliveryItem, DeliveryPage, ListDeliveriesQuery, WebhookItem } from './webhooks.dto.js';

/** What may be read of an endpoint. */
export function webhookItem(endpoint: WebhookEndpoint, vault: EndpointVault): WebhookItem {
  return {
    id: endpoint.id,
    name: endpoint.name,
    kind: endpoint.kind,
    ...opened(endpoint, vault),
    events: endpoint.events,
    enabled: endpoint.disabledAt === null,
    disabled_reason: endpoint.disabledReason,
    disabled_at: endpoint.disabledAt,
    created_at: endpoint.createdAt,
    updated_at: endpoint.updatedAt,
  };
}

function opened(endpoint: WebhookEndpoint, vault: EndpointVault): Pick<WebhookItem, 'url' | 'auth'> {
  try {
    const url = vault.openUrl(endpoint);
    const { token, username } = vault.openCredentials(endpoint);
    const basic = username === undefined ? 'none' : 'basic';
    return {
      url: requireFormat(endpoint.kind).urlIsSecret ? `${new URL(url).origin}/${MASK}` : url,
      auth: token === undefined ? basic : 'token',
    };
  } catch {
    // A lost key must not take the list away: the endpoint is still there to be repaired or deleted.
    return { url: null, auth: 'none' };
  }
}

/** One row more than the page: whether it is there says whether there is a next page. */
export function deliveriesPage({ cursor, limit }: ListDeliveriesQuery): DeliveriesPage {
  return { ...(cursor !== undefined && { afterId: parseCursor(cursor) }), limit: limit + 1 };
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
  return snakeCased(delivery);
}
