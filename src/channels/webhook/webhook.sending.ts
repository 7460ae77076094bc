import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WorkerDatabase } from '../../database/worker-database.js';
import type {
  Attempted,
  Delivery,
  LaneState,
  SendingChannel,
  TargetKey,
  Targets,
  Verdict,
} from '../../deliveries/sending-channel.js';
import { Attempter, type WebhookResult } from './attempt.js';
import { EndpointDisabler } from './endpoint-disabler.js';
import { healthOf } from './endpoint-health.js';
import { EndpointTargetsStore, type EndpointState, type LoadedEndpoint } from './endpoint-targets.store.js';
import { formatOf } from './formats/registry.js';

/** A kind that this version does not know, after a downgrade perhaps: its attempts fail at once. */
const UNKNOWN_LIMITS = { concurrency: 1, perSecond: 10, burst: 10 };

/** An endpoint is disabled when it did nothing but fail for five days (the time Svix gives), and not just once or twice. */
const FAILING = { forMs: 5 * 24 * 60 * 60 * 1000, atLeast: 5 };

const GAVE_UP = 'every attempt failed for 5 days';
const GONE = 'the target answered 410 Gone';

/** How webhooks are sent: a lane for each endpoint, with the limits of its kind. */
@Injectable()
export class WebhookSending
  implements SendingChannel<LoadedEndpoint, WebhookResult>, Targets<LoadedEndpoint, WebhookResult>
{
  /** The sender ends a request by itself. */
  readonly timeoutMs = Infinity;
  readonly targets = this;

  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly attempter: Attempter,
    private readonly endpoints: EndpointTargetsStore,
    private readonly disabler: EndpointDisabler,
    private readonly database: WorkerDatabase,
  ) {}

  verdict({ target }: Delivery<LoadedEndpoint>): Verdict {
    if (target.deleted) return { verdict: 'failed', error: 'the webhook was deleted' };
    if (target.disabledReason !== null)
      return { verdict: 'failed', error: `the webhook is disabled: ${target.disabledReason}` };
    return { verdict: 'send' };
  }

  send(delivery: Delivery<LoadedEndpoint>): Promise<WebhookResult> {
    return this.attempter.attempt(delivery.target, delivery);
  }

  async lanes(manager: EntityManager, keys: readonly TargetKey[]): Promise<Map<string, LaneState>> {
    const states = await this.endpoints.states(manager, keys);
    return new Map(states.map((state) => [state.id, laneOf(state)]));
  }

  async load(manager: EntityManager, keys: readonly TargetKey[]): Promise<Map<string, LoadedEndpoint>> {
    const loaded = await this.endpoints.load(manager, keys);
    return new Map(loaded.map((endpoint) => [endpoint.id, endpoint]));
  }

  record(manager: EntityManager, attempts: readonly Attempted<WebhookResult>[]): Promise<void> {
    return this.endpoints.recordHealth(manager, healthOf(attempts));
  }

  /** Disables what is not to get anything any more. If that fails, the next failed attempt tries again. */
  async recorded(attempts: readonly Attempted<WebhookResult>[]): Promise<void> {
    for (const { userId, targetId, result } of attempts)
      if (result.gone) await this.disabler.disable({ userId, id: targetId }, GONE);
    const failed = healthOf(attempts).filter(({ worked }) => !worked);
    if (failed.length === 0) return;
    try {
      const failing = await this.endpoints.failing(this.database.manager, failed, FAILING);
      for (const endpoint of failing) await this.disabler.disable(endpoint, GAVE_UP);
    } catch (error) {
      this.logger.error(`failing webhooks could not be looked for: ${(error as Error).message}`);
    }
  }
}

function laneOf({ kind, failing, paused, closed }: EndpointState): LaneState {
  return { limits: formatOf(kind)?.limits ?? UNKNOWN_LIMITS, failing, paused, closed };
}
