import type { Attempted, SendResult, TargetKey } from '../../deliveries/sending-channel.js';

/** What came of an attempt. */
export interface WebhookResult extends SendResult {
  error: string | null;
  responseStatus: number | null;
  /** The endpoint is to get nothing any more. */
  gone: boolean;
  /** What the target answered. */
  responseBody: string;
}

export interface EndpointHealth extends TargetKey {
  worked: boolean;
  failures: number;
  /** The receiver asked to be left alone for so long. */
  pauseMs: number;
}

/** What many attempts together say about each endpoint: one that worked outweighs those that did not. */
export function healthOf(attempts: readonly Attempted<WebhookResult>[]): EndpointHealth[] {
  const byEndpoint = new Map<string, EndpointHealth>();
  for (const { userId, targetId, result } of attempts) {
    let health = byEndpoint.get(targetId);
    if (!health) {
      health = { userId, targetId, worked: false, failures: 0, pauseMs: 0 };
      byEndpoint.set(targetId, health);
    }
    if (result.status === 'delivered') health.worked = true;
    else health.failures += 1;
    health.pauseMs = Math.max(health.pauseMs, result.pauseMs ?? 0);
  }
  return [...byEndpoint.values()];
}
