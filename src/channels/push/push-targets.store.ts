import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsOf } from '../../database/columns.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import type { Attempted, LaneState, TargetKey, Targets } from '../../deliveries/sending-channel.js';
import type { PushResult } from './push-verdict.js';

/** Of one browser: more at once than a person can look at. */
const LIMITS = { concurrency: 2, perSecond: 10, burst: 50 };

/** What an attempt needs of it. */
export interface LoadedSubscription {
  userId: string;
  id: string;
  deleted: boolean;
  endpointBox: string | null;
  authBox: string | null;
  p256dh: string;
}

/** Subscriptions as targets of the queue, many at once: a lane for each browser. */
@Injectable()
export class PushTargetsStore implements Targets<LoadedSubscription, PushResult> {
  constructor(private readonly database: WorkerDatabase) {}

  /** Of every one that is asked for: what does not exist any more is closed. */
  async lanes(manager: EntityManager, keys: readonly TargetKey[]): Promise<Map<string, LaneState>> {
    const { rows } = await this.database.execute<LaneRow>(manager, STATES, columnsOf(keys, ...KEY));
    return new Map(rows.map(({ id, ...state }) => [id, { limits: LIMITS, ...state }]));
  }

  /** Of every one that is asked for: what does not exist any more is deleted, and has nothing else. */
  async load(manager: EntityManager, keys: readonly TargetKey[]): Promise<Map<string, LoadedSubscription>> {
    const { rows } = await this.database.execute<LoadedSubscription>(manager, LOAD, columnsOf(keys, ...KEY));
    return new Map(rows.map((subscription) => [subscription.id, subscription]));
  }

  async ofUser(manager: EntityManager, userId: string): Promise<LoadedSubscription[]> {
    return (await this.database.execute<LoadedSubscription>(manager, OF_USER, [userId])).rows;
  }

  /** What attempts say about subscriptions; one that is gone is deleted. */
  async record(manager: EntityManager, attempts: readonly Attempted<PushResult>[]): Promise<void> {
    await this.database.execute(manager, RECORD, [
      ...columnsOf(attempts, ...KEY),
      attempts.map(({ result }) => result.status),
      attempts.map(({ result }) => result.pauseMs ?? 0),
      attempts.map(({ result }) => result.gone),
    ]);
  }
}

type LaneRow = Omit<LaneState, 'limits'> & { id: string };

const KEY = ['userId', 'targetId'] as const;

const WANTED = `FROM unnest($1::text[], $2::uuid[]) AS wanted(user_id, id)
  LEFT JOIN :schema.push_subscriptions s ON s.user_id = wanted.user_id AND s.id = wanted.id`;

const STATES = {
  name: 'push.states',
  text: `
    SELECT wanted.id, s.failing_since IS NOT NULL AS failing, coalesce(s.paused_until > now(), false) AS paused,
      s.id IS NULL OR s.deleted_at IS NOT NULL AS closed
    ${WANTED}`,
};

const LOAD = {
  name: 'push.load',
  text: `
    SELECT wanted.user_id AS "userId", wanted.id, s.p256dh, s.endpoint_box AS "endpointBox",
      s.auth_box AS "authBox", s.id IS NULL OR s.deleted_at IS NOT NULL AS deleted
    ${WANTED}`,
};

const OF_USER = {
  name: 'push.ofUser',
  text: `
    SELECT user_id AS "userId", id, p256dh, endpoint_box AS "endpointBox", auth_box AS "authBox", false AS deleted
    FROM :schema.push_subscriptions WHERE user_id = $1 AND deleted_at IS NULL`,
};

// Values are made ahead of the change: on a distributed schema it takes nothing else.
const RECORD = {
  name: 'push.record',
  text: `
    WITH attempts AS MATERIALIZED (
      SELECT user_id, id, bool_or(status = 'delivered') AS worked, bool_or(status IN ('retry', 'failed')) AS failed,
        bool_or(gone) AS gone, now() AS at, now() - interval '1 day' AS yesterday,
        CASE WHEN max(pause_ms) > 0 THEN now() + max(pause_ms) * interval '1 millisecond' END AS paused_until
      FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::boolean[])
        AS a(user_id, id, status, pause_ms, gone)
      GROUP BY user_id, id
    )
    UPDATE :schema.push_subscriptions s SET
      last_ok_at = CASE WHEN a.worked THEN a.at ELSE s.last_ok_at END,
      failing_since = CASE WHEN a.worked THEN NULL WHEN a.failed THEN coalesce(s.failing_since, a.at)
        ELSE s.failing_since END,
      paused_until = greatest(s.paused_until, a.paused_until),
      deleted_at = CASE WHEN a.gone THEN a.at END,
      endpoint_hash = CASE WHEN a.gone THEN NULL ELSE s.endpoint_hash END,
      endpoint_box = CASE WHEN a.gone THEN NULL ELSE s.endpoint_box END,
      auth_box = CASE WHEN a.gone THEN NULL ELSE s.auth_box END
    FROM attempts a
    WHERE s.user_id = a.user_id AND s.id = a.id AND s.deleted_at IS NULL
      -- One that keeps working is written once a day.
      AND (NOT a.worked OR a.gone OR a.paused_until IS NOT NULL OR s.failing_since IS NOT NULL
        OR s.last_ok_at IS NULL OR s.last_ok_at < a.yesterday)`,
};
