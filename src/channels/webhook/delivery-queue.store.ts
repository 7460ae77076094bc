import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WorkerDatabase } from '../../database/worker-database.js';
import type { DeliveryStatus } from '../../common/delivery-status.js';
import {
  CLAIM,
  ENDPOINTS_OF,
  EVENTS_OF,
  IS_RECORDED,
  RECORD,
  RELEASE,
  RENEW,
  SCAN,
} from './delivery-queue.sql.js';
import type { SealedEndpoint } from './endpoint-vault.js';
import type { DeliveryContent } from './formats/format.js';

/** The pending work of one endpoint. */
export interface DueLane {
  endpointId: string;
  /** Some of it is due and nobody's. */
  due: boolean;
  kind: string;
  failing: boolean;
  paused: boolean;
  /** Deleted or disabled: its work is only taken to be closed. */
  closed: boolean;
}

export interface DeliveryKey {
  userId: string;
  endpointId: string;
  id: string;
}

/** A delivery that this process holds the lease of. */
export interface ClaimedDelivery extends DeliveryKey {
  /** Attempts since it was last put into the queue. */
  attempts: number;
  /** What an attempt needs, or in a word why there is nothing to send any more. */
  work: DeliveryWork | { closed: string };
}

/** An endpoint is shared by all deliveries to it that were claimed together. */
export interface DeliveryWork {
  endpoint: SealedEndpoint & { kind: string };
  content: DeliveryContent;
}

/** One that can be attempted. */
export type SendableDelivery = ClaimedDelivery & { work: DeliveryWork };

/** What is written down after an attempt, or instead of one. */
export interface DeliveryOutcome extends DeliveryKey {
  status: DeliveryStatus;
  /** For a pending one: the time until the next attempt. */
  waitMs: number | null;
  responseStatus: number | null;
  error: string | null;
  /** Null when there was no attempt. */
  startedAt: Date | null;
  durationMs: number | null;
}

/** What became of an endpoint's attempts. */
export interface EndpointHealth {
  userId: string;
  id: string;
  worked: boolean;
  failures: number;
  /** The receiver asked to be left alone for so long. */
  pauseMs: number;
}

/**
 * The work queue inside the deliveries table. Times are the database's, so that processes whose clocks differ
 * agree on what is due and whose lease has ended.
 */
@Injectable()
export class DeliveryQueueStore {
  constructor(private readonly database: WorkerDatabase) {}

  /**
   * The next endpoints, in the order of their ids, that have pending work.
   * @param served endpoints of which nobody needs to know whether they have any that is due
   */
  async scan(manager: EntityManager, after: string, limit: number, served: string[]): Promise<DueLane[]> {
    return (await this.database.execute<DueLane>(manager, SCAN, [after, limit, served])).rows;
  }

  /**
   * Takes the oldest due deliveries of each lane, skipping those that another process holds or is just taking.
   * @param lanes how many of each endpoint
   * @param leaseMs after which anybody may take them, unless the lease is renewed
   */
  async claim(
    manager: EntityManager,
    lanes: { endpointId: string; room: number }[],
    worker: string,
    leaseMs: number,
  ): Promise<ClaimedDelivery[]> {
    const values = [lanes.map((lane) => lane.endpointId), lanes.map((lane) => lane.room), worker, leaseMs];
    const { rows } = await this.database.executeArrays<ClaimRow>(manager, CLAIM, values);
    try {
      return await this.withWork(manager, rows);
    } catch (error) {
      await this.release(
        manager,
        rows.map(([userId, id, endpointId]) => ({ userId, endpointId, id })),
        worker,
      );
      throw error;
    }
  }

  private async withWork(manager: EntityManager, rows: ClaimRow[]): Promise<ClaimedDelivery[]> {
    if (rows.length === 0) return [];
    const owners = new Map(rows.map(([userId, , endpointId]) => [endpointId, userId]));
    const eventIds = [...new Set(rows.map(([, , , , , eventId]) => eventId))];
    const [endpoints, events] = await Promise.all([
      this.database.execute<EndpointRow>(manager, ENDPOINTS_OF, [[...owners.values()], [...owners.keys()]]),
      this.database.execute<EventRow>(manager, EVENTS_OF, [eventIds]),
    ]);
    const endpointOf = new Map(endpoints.rows.map((endpoint) => [endpoint.id, endpoint]));
    const eventOf = new Map(events.rows.map((event) => [event.id, event]));
    return rows.map((row) => {
      const [userId, id, endpointId, attempts, , eventId] = row;
      const work = workOf(row, endpointOf.get(endpointId), eventOf.get(eventId));
      return { userId, id, endpointId, attempts, work };
    });
  }

  async renew(manager: EntityManager, keys: DeliveryKey[], worker: string, leaseMs: number): Promise<void> {
    await this.database.execute(manager, RENEW, [...columnsOf(keys), worker, leaseMs]);
  }

  /** Gives deliveries back that were not attempted. */
  async release(manager: EntityManager, keys: DeliveryKey[], worker: string): Promise<void> {
    await this.database.execute(manager, RELEASE, [...columnsOf(keys), worker]);
  }

  /**
   * Writes down many outcomes at once. One that lost its lease meanwhile changes the delivery only if it says
   * "delivered"; its attempt is kept in any case.
   * @returns the endpoints that have done nothing but fail for too long
   */
  async record(
    manager: EntityManager,
    outcomes: DeliveryOutcome[],
    health: EndpointHealth[],
    worker: string,
    failing: { forMs: number; atLeast: number },
  ): Promise<{ userId: string; id: string }[]> {
    const values = [
      outcomes.map(({ userId }) => userId),
      literal(outcomes.map(({ endpointId }) => endpointId)),
      literal(outcomes.map(({ id }) => id)),
      literal(outcomes.map(({ status }) => status)),
      literal(outcomes.map(({ waitMs }) => waitMs)),
      literal(outcomes.map(({ responseStatus }) => responseStatus)),
      outcomes.map(({ error }) => error),
      literal(outcomes.map(({ startedAt }) => startedAt && startedAt.getTime())),
      literal(outcomes.map(({ durationMs }) => durationMs)),
      worker,
      health.map((h) => h.userId),
      health.map((h) => h.id),
      health.map((h) => h.worked),
      health.map((h) => h.failures),
      health.map((h) => h.pauseMs),
      failing.forMs,
      failing.atLeast,
    ];
    return (await this.database.execute<{ userId: string; id: string }>(manager, RECORD, values)).rows;
  }

  /** Whether outcomes that were given to {@link record} together are in the database: all of them are, or none. */
  async isRecorded(manager: EntityManager, outcomes: DeliveryOutcome[]): Promise<boolean> {
    // Recording twice that there was no attempt changes nothing, so without one there is no need to know.
    const attempted = outcomes.find(({ startedAt }) => startedAt !== null);
    if (!attempted) return false;
    const { userId, endpointId, id, startedAt } = attempted;
    return (
      (await this.database.execute(manager, IS_RECORDED, [userId, endpointId, id, startedAt])).rows.length > 0
    );
  }
}

/**
 * An array as PostgreSQL reads it, of values that need no quotes: `pg` puts each into quotes of its own, and looks for
 * those inside of it.
 */
function literal(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`;
}

/** The primary key, as statements take it: an array for each column. */
function columnsOf(keys: readonly DeliveryKey[]): [userIds: string[], endpointIds: string[], ids: string[]] {
  return [keys.map((k) => k.userId), keys.map((k) => k.endpointId), keys.map((k) => k.id)];
}

/** The columns of `CLAIM`: as an array, because there is one for every delivery. */
type ClaimRow = [
  userId: string,
  id: string,
  endpointId: string,
  attempts: number,
  event: string,
  eventId: string,
  notificationId: string | null,
];

type EndpointRow = SealedEndpoint & { kind: string; deleted: boolean; disabledReason: string | null };

type EventRow = DeliveryContent['notification'] & { id: string };

function workOf(
  [userId, id, , , event, eventId, notificationId]: ClaimRow,
  endpoint: EndpointRow | undefined,
  happened: EventRow | undefined,
): ClaimedDelivery['work'] {
  if (!endpoint || endpoint.deleted) return { closed: 'the webhook was deleted' };
  if (endpoint.disabledReason !== null)
    return { closed: `the webhook is disabled: ${endpoint.disabledReason}` };
  if (!happened) return { closed: 'the event is not kept any more' };
  return {
    endpoint,
    content: { id, userId, event, notificationId: notificationId ?? eventId, notification: happened },
  };
}
