import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsOf } from '../../database/columns.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import type { Attempted, LaneState, TargetKey, Targets } from '../../deliveries/sending-channel.js';
import { EndpointDisabler } from './endpoint-disabler.js';
import { healthOf, type WebhookResult } from './endpoint-health.js';
import type { SealedEndpoint } from './endpoint-vault.js';
import { formatOf } from './formats/registry.js';

/** A kind that this version does not know, after a downgrade perhaps: its attempts fail at once. */
const UNKNOWN_LIMITS = { concurrency: 1, perSecond: 10, burst: 10 };

/** An endpoint is disabled when it did nothing but fail for five days (the time Svix gives), and not just once or twice. */
const FAILING = { forMs: 5 * 24 * 60 * 60 * 1000, atLeast: 5 };

const GAVE_UP = 'every attempt failed for 5 days';
const GONE = 'the target answered 410 Gone';

/** What an attempt needs of it. */
export interface LoadedEndpoint extends SealedEndpoint {
  kind: string;
  deleted: boolean;
  /** Null when it is enabled. */
  disabledReason: string | null;
}

/** Endpoints as targets of the queue, many at once: a lane for each, with the limits of its kind. */
@Injectable()
export class EndpointTargetsStore implements Targets<LoadedEndpoint, WebhookResult> {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: WorkerDatabase,
    private readonly disabler: EndpointDisabler,
  ) {}

  /** Of every one that is asked for: what does not exist any more is closed. */
  async lanes(manager: EntityManager, keys: readonly TargetKey[]): Promise<Map<string, LaneState>> {
    const { rows } = await this.database.execute<LaneRow>(manager, STATES, columnsOf(keys, ...KEY));
    const limitsOf = (kind: string) => formatOf(kind)?.limits ?? UNKNOWN_LIMITS;
    return new Map(rows.map(({ id, kind, ...state }) => [id, { limits: limitsOf(kind), ...state }]));
  }

  /** Of every one that is asked for: what does not exist any more is deleted, and has nothing else. */
  async load(manager: EntityManager, keys: readonly TargetKey[]): Promise<Map<string, LoadedEndpoint>> {
    const { rows } = await this.database.execute<LoadedEndpoint>(manager, LOAD, columnsOf(keys, ...KEY));
    return new Map(rows.map((endpoint) => [endpoint.id, endpoint]));
  }

  async record(manager: EntityManager, attempts: readonly Attempted<WebhookResult>[]): Promise<void> {
    const health = columnsOf(healthOf(attempts), 'userId', 'targetId', 'worked', 'failures', 'pauseMs');
    await this.database.execute(manager, RECORD_HEALTH, health);
  }

  /** Disables what is not to get anything any more. If that fails, the next failed attempt tries again. */
  async recorded(attempts: readonly Attempted<WebhookResult>[]): Promise<void> {
    for (const { userId, targetId, result } of attempts)
      if (result.gone) await this.disabler.disable({ userId, id: targetId }, GONE);
    const failed = healthOf(attempts).filter(({ worked }) => !worked);
    if (failed.length === 0) return;
    try {
      const values = [...columnsOf(failed, ...KEY), FAILING.atLeast, FAILING.forMs];
      const { rows } = await this.database.execute<Place>(this.database.manager, FIND_FAILING, values);
      for (const endpoint of rows) await this.disabler.disable(endpoint, GAVE_UP);
    } catch (error) {
      this.logger.error(`failing webhooks could not be looked for: ${(error as Error).message}`);
    }
  }
}

type LaneRow = Omit<LaneState, 'limits'> & { id: string; kind: string };
type Place = Pick<LoadedEndpoint, 'userId' | 'id'>;

const KEY = ['userId', 'targetId'] as const;

const WANTED = `FROM unnest($1::text[], $2::uuid[]) AS wanted(user_id, id)`;

const STATES = {
  name: 'webhooks.states',
  text: `
    SELECT wanted.id, coalesce(e.kind, '') AS kind, e.failing_since IS NOT NULL AS failing,
      coalesce(e.paused_until > now(), false) AS paused,
      e.id IS NULL OR e.disabled_at IS NOT NULL OR e.deleted_at IS NOT NULL AS closed
    ${WANTED} LEFT JOIN :schema.webhook_endpoints e ON e.user_id = wanted.user_id AND e.id = wanted.id`,
};

const LOAD = {
  name: 'webhooks.load',
  text: `
    SELECT wanted.user_id AS "userId", wanted.id, e.kind, e.url_box AS "urlBox",
      e.credentials_box AS "credentialsBox", e.secret_box AS "secretBox", e.previous_secrets AS "previousSecrets",
      e.id IS NULL OR e.deleted_at IS NOT NULL AS deleted,
      CASE WHEN e.disabled_at IS NOT NULL THEN coalesce(e.disabled_reason, '') END AS "disabledReason"
    ${WANTED} LEFT JOIN :schema.webhook_endpoints e ON e.user_id = wanted.user_id AND e.id = wanted.id`,
};

// The times are made ahead of the change: on a distributed schema it takes nothing but values.
const RECORD_HEALTH = {
  name: 'webhooks.recordHealth',
  text: `
    WITH attempts AS MATERIALIZED (
      SELECT user_id, id, worked, failures, now() AS at,
        CASE WHEN pause_ms > 0 THEN now() + pause_ms * interval '1 millisecond' END AS paused_until
      FROM unnest($1::text[], $2::uuid[], $3::boolean[], $4::integer[], $5::bigint[])
        AS h(user_id, id, worked, failures, pause_ms)
    )
    UPDATE :schema.webhook_endpoints e SET
      failing_since = CASE WHEN NOT h.worked THEN coalesce(e.failing_since, h.at) END,
      failures = CASE WHEN h.worked THEN 0 ELSE e.failures + h.failures END,
      paused_until = greatest(e.paused_until, h.paused_until)
    FROM attempts h
    WHERE e.user_id = h.user_id AND e.id = h.id
      -- An endpoint that keeps working is not written at all.
      AND (NOT h.worked OR h.paused_until IS NOT NULL OR e.failing_since IS NOT NULL)`,
};

const FIND_FAILING = {
  name: 'webhooks.failing',
  text: `
    SELECT e.user_id AS "userId", e.id
    ${WANTED} JOIN :schema.webhook_endpoints e ON e.user_id = wanted.user_id AND e.id = wanted.id
    WHERE e.disabled_at IS NULL AND e.deleted_at IS NULL AND e.failures >= $3::integer
      AND e.failing_since <= now() - $4::bigint * interval '1 millisecond'`,
};
