import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DeliveryStatus } from '../common/delivery-status.js';
import { columnsOf } from '../database/columns.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { CLAIM, EVENTS_OF, IS_RECORDED, RECORD, RECORD_UNSURE, RELEASE, RENEW, SCAN } from './queue.sql.js';
import { RECORD_LEFT_OUT, RECORD_PARTS } from './timing/timing.sql.js';
import type { Announcement, Message, TargetKey } from './sending-channel.js';

/** The pending work of one target. */
export interface PendingLane {
  targetId: string;
  /** Whose the oldest is that is due and not leased, and of which channel; null when there is none. */
  userId: string | null;
  channel: string | null;
}

export interface DeliveryKey extends TargetKey {
  id: string;
}

/** The columns of the primary key. */
export const DELIVERY_KEY = ['userId', 'targetId', 'id'] as const;

/** How many deliveries of a target may be claimed. */
export interface Room {
  targetId: string;
  room: number;
}

/** A delivery that this process holds the lease of. */
export interface Claimed extends DeliveryKey {
  /** Attempts since it was last put into the queue. */
  attempts: number;
  /** Another process had it, and has not said what became of it: it may have been sent. */
  unsure: boolean;
  /** Undefined when its event is not kept any more. */
  message: Message | undefined;
  eventId: string;
  /** The user's copy of the event in the inbox; null where there is none. */
  copyId: string | null;
  /** What it has waited for before it was queued: see `timing/timing.ts`. */
  waited: string | null;
  /** With what it has been gathered: deliveries may be a part of it. Null: it was not gathered. */
  gather: string | null;
  /** The database's time, by which is decided what is due; undefined together with the message. */
  now: Date | undefined;
}

/** Whether it may have been sent already. */
export function isTried({ attempts, unsure }: Claimed): boolean {
  return attempts > 0 || unsure;
}

/** It is theirs as well, or it was left out alone, and they are gathered without it. */
export type PartsOutcome = 'same' | 'gathered-anew';

/** What is written down after an attempt, or instead of one. */
export interface Outcome extends DeliveryKey {
  /** What it means for the deliveries that are a part of it; undefined: there are none. */
  parts?: PartsOutcome | undefined;
  /** Why it was sent for these alone, and not for itself. */
  leftOut?: string | undefined;
  /** It may have been sent by another process, also after this. */
  unsure?: boolean;
  status: DeliveryStatus;
  /** Why nothing was sent. */
  reason: string | null;
  error: string | null;
  responseStatus: number | null;
  /** Of a pending one: the time until the next attempt. Of a waiting one without `dueAt`: how long it rests. */
  waitMs: number | null;
  /** Of a waiting one. */
  dueAt: Date | null;
  /** Of a waiting one: with what it is gathered; null: as before. */
  gather: string | null;
  /** Null when there was no attempt. */
  startedAt: Date | null;
  durationMs: number | null;
}

/**
 * The work queue inside the table of deliveries. Times are the database's, so that processes whose clocks differ agree on
 * what is due and whose lease has ended.
 */
@Injectable()
export class QueueStore {
  constructor(private readonly database: WorkerDatabase) {}

  /**
   * The next targets, in the order of their ids, that have pending work.
   * @param served targets that are known to have more: whether any of it is due is not looked at
   */
  async scan(manager: EntityManager, after: string, limit: number, served: string[]): Promise<PendingLane[]> {
    return (await this.database.execute<PendingLane>(manager, SCAN, [after, limit, served])).rows;
  }

  /**
   * Takes the oldest due deliveries of each target, skipping those that another process holds or is just taking.
   * @param leaseMs after which any process may take them, unless the lease is renewed
   */
  async claim(
    manager: EntityManager,
    rooms: readonly Room[],
    worker: string,
    leaseMs: number,
  ): Promise<Claimed[]> {
    const values = [rooms.map(({ targetId }) => targetId), rooms.map(({ room }) => room), worker, leaseMs];
    const { rows } = await this.database.executeArrays<ClaimRow>(manager, CLAIM, values);
    if (rows.length === 0) return [];
    try {
      const eventOf = await this.events(
        manager,
        rows.map(([, , , , , eventId]) => eventId),
      );
      return rows.map((row) => claimed(row, eventOf.get(row[5])));
    } catch (error) {
      await this.release(
        manager,
        rows.map((row) => claimed(row, undefined)),
        worker,
      );
      throw error;
    }
  }

  /** What happened, by the events' ids. */
  async events(manager: EntityManager, ids: readonly string[]): Promise<ReadonlyMap<string, Happened>> {
    const { rows } = await this.database.execute<EventRow>(manager, EVENTS_OF, [[...new Set(ids)]]);
    return new Map(rows.map(({ id, now, ...notification }) => [id, { notification, now }]));
  }

  async renew(
    manager: EntityManager,
    keys: readonly DeliveryKey[],
    worker: string,
    leaseMs: number,
  ): Promise<void> {
    await this.database.execute(manager, RENEW, [...columnsOf(keys, ...DELIVERY_KEY), worker, leaseMs]);
  }

  /** Gives deliveries back that were not attempted. */
  async release(
    manager: EntityManager,
    held: readonly Pick<Claimed, keyof DeliveryKey | 'unsure'>[],
    worker: string,
  ): Promise<void> {
    const values = [...columnsOf(held, ...DELIVERY_KEY, 'unsure'), worker];
    await this.database.execute(manager, RELEASE, values);
  }

  /**
   * Writes down many outcomes at once, in a transaction. One that lost its lease meanwhile changes the delivery only if it says
   * "delivered"; its attempt is kept in any case.
   */
  async record(manager: EntityManager, outcomes: readonly Outcome[], worker: string): Promise<void> {
    await this.database.execute(manager, RECORD, [
      outcomes.map(({ userId }) => userId),
      literal(outcomes.map(({ targetId }) => targetId)),
      literal(outcomes.map(({ id }) => id)),
      literal(outcomes.map(({ status }) => status)),
      literal(outcomes.map(({ waitMs }) => waitMs)),
      literal(outcomes.map(({ dueAt }) => dueAt && dueAt.getTime())),
      literal(outcomes.map(({ responseStatus }) => responseStatus)),
      outcomes.map(({ error }) => error),
      outcomes.map(({ reason }) => reason),
      literal(outcomes.map(({ startedAt }) => startedAt && startedAt.getTime())),
      literal(outcomes.map(({ durationMs }) => durationMs)),
      outcomes.map(({ gather }) => gather),
      worker,
    ]);
    const heads = outcomes.filter(({ parts }) => parts !== undefined);
    if (heads.length > 0) {
      const alone = heads.map(({ parts }) => parts === 'gathered-anew');
      await this.database.execute(manager, RECORD_PARTS, [...columnsOf(heads, ...DELIVERY_KEY), alone]);
    }
    const left = heads.filter(({ leftOut }) => leftOut !== undefined);
    if (left.length > 0)
      await this.database.execute(
        manager,
        RECORD_LEFT_OUT,
        columnsOf(left, ...DELIVERY_KEY, 'leftOut', 'startedAt'),
      );
    const unsure = outcomes.filter((outcome) => outcome.unsure);
    if (unsure.length > 0)
      await this.database.execute(manager, RECORD_UNSURE, [...columnsOf(unsure, ...DELIVERY_KEY), worker]);
  }

  /** Whether outcomes that were given to {@link record} together are in the database: all of them are, or none. */
  async isRecorded(manager: EntityManager, outcomes: readonly Outcome[]): Promise<boolean> {
    // Recording twice that there was no attempt changes nothing, so without one there is no need to know.
    const attempted = outcomes.find(({ startedAt }) => startedAt !== null);
    if (!attempted) return false;
    const { userId, targetId, id, startedAt } = attempted;
    const { rows } = await this.database.execute(manager, IS_RECORDED, [userId, targetId, id, startedAt]);
    return rows.length > 0;
  }
}

/**
 * An array as PostgreSQL reads it, of values that need no quotes: `pg` puts each into quotes of its own, and looks for
 * those inside of it.
 */
function literal(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`;
}

/** The columns of `CLAIM`: as an array, because there is one for every delivery. */
type ClaimRow = [
  userId: string,
  id: string,
  targetId: string,
  attempts: number,
  event: string,
  eventId: string,
  copyId: string | null,
  waited: string | null,
  gather: string | null,
  unsure: boolean,
];

type EventRow = Announcement & { id: string; now: Date };

interface Happened {
  notification: Announcement;
  /** The database's time. */
  now: Date;
}

function claimed(
  [userId, id, targetId, attempts, event, eventId, copyId, waited, gather, unsure]: ClaimRow,
  happened: Happened | undefined,
): Claimed {
  const message = happened && {
    id,
    userId,
    event,
    notificationId: copyId ?? eventId,
    notification: happened.notification,
  };
  const now = happened?.now;
  return { userId, targetId, id, attempts, unsure, eventId, message, copyId, waited, gather, now };
}
