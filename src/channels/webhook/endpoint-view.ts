import { MASK } from './endpoint.dto.js';
import { requireFormat } from './formats/registry.js';
import type { EndpointVault } from './endpoint-vault.js';
import type { WebhookEndpoint } from './endpoint.entity.js';

/** What may be read of an endpoint. */
export interface EndpointView {
  id: string;
  name: string;
  kind: string;
  /** Masked where the URL itself is the secret; null when it cannot be decrypted any more. */
  url: string | null;
  /** `*` alone for all of them. */
  events: string[];
  enabled: boolean;
  disabledReason: string | null;
  disabledAt: Date | null;
  /** How it authorizes itself to the receiver. */
  auth: 'none' | 'token' | 'basic';
  createdAt: Date;
  updatedAt: Date;
  /** Only in the answer that made it. */
  secret?: string;
}

export function viewEndpoint(endpoint: WebhookEndpoint, vault: EndpointVault): EndpointView {
  return {
    id: endpoint.id,
    name: endpoint.name,
    kind: endpoint.kind,
    ...opened(endpoint, vault),
    events: endpoint.events,
    enabled: endpoint.disabledAt === null,
    disabledReason: endpoint.disabledReason,
    disabledAt: endpoint.disabledAt,
    createdAt: endpoint.createdAt,
    updatedAt: endpoint.updatedAt,
  };
}

function opened(endpoint: WebhookEndpoint, vault: EndpointVault): Pick<EndpointView, 'url' | 'auth'> {
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
