import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WorkerDatabase } from '../../database/worker-database.js';
import type { TargetKey } from '../../deliveries/sending-channel.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { SealedEndpoint } from './endpoint-vault.js';

/** What the queue needs to know of an endpoint before it claims any of its deliveries. */
export interface EndpointState {
  id: string;
  kind: string;
  failing: boolean;
  paused: boolean;
  closed: boolean;
}

/** What an attempt needs of it. */
export interface LoadedEndpoint extends SealedEndpoint {
  kind: string;
  deleted: boolean;
  /** Null when it is enabled. */
  disabledReason: string | null;
}

/** Endpoints as targets of the queue, many at once. */
@Injectable()
export class EndpointTargetsStore {
  constructor(private readonly database: WorkerDatabase) {}

  /** Of every one that is asked for: what does not exist any more is closed. */
  async states(manager: EntityManager, keys: readonly TargetKey[]): Promise<EndpointState[]> {
    return (await this.database.execute<EndpointState>(manager, STATES, columnsOf(keys))).rows;
  }

  /** Of every one that is asked for: what does not exist any more is deleted, and has nothing else. */
  async load(manager: EntityManager, keys: readonly TargetKey[]): Promise<LoadedEndpoint[]> {
    return (await this.database.execute<LoadedEndpoint>(manager, LOAD, columnsOf(keys))).rows;
  }

  async recordHealth(manager: EntityManager, health: readonly EndpointHealth[]): Promise<void> {
    await this.database.execute(manager, RECORD_HEALTH, [
      health.map(({ userId }) => userId),
      health.map(({ targetId }) => targetId),
      health.map(({ worked }) => worked),
      health.map(({ failures }) => failures),
      health.map(({ pauseMs }) => pauseMs),
    ]);
  }

  /** Which of them are enabled, and have done nothing but fail for so long, and so often. */
  async failing(
    manager: EntityManager,
    keys: readonly TargetKey[],
    { forMs, atLeast }: { forMs: number; atLeast: number },
  ): Promise<{ userId: string; id: string }[]> {
    const values = [...columnsOf(keys), atLeast, forMs];
    return (await this.database.execute<{ userId: string; id: string }>(manager, FAILING, values)).rows;
  }
}

function columnsOf(keys: readonly TargetKey[]): [userIds: string[], ids: string[]] {
  return [keys.map(({ userId }) => userId), keys.map(({ targetId }) => targetId)];
}

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

const FAILING = {
  name: 'webhooks.failing',
  text: `
    SELECT e.user_id AS "userId", e.id
    ${WANTED} JOIN :schema.webhook_endpoints e ON e.user_id = wanted.user_id AND e.id = wanted.id
    WHERE e.disabled_at IS NULL AND e.deleted_at IS NULL AND e.failures >= $3::integer
      AND e.failing_since <= now() - $4::bigint * interval '1 millisecond'`,
};
