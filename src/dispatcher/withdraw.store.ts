import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Channels } from '../channels/registry.js';
import { Database, type Statement } from '../database/database.js';
import { copiesOf } from './event-id.js';
import type { EventStatus } from './event.js';
import {
  ANSWER,
  CANCEL,
  lockStatement,
  MARK,
  TAKE_OUT,
  takeStatement,
  withdrawStatement,
  type Selector,
  type SelectorKind,
} from './withdraw.sql.js';
import type { Withdrawn } from './withdrawal.js';

/** What has been called back of an event, and what had been sent, as it is stored. */
export interface Withdrawal extends Withdrawn {
  /** How many of its chunks of recipients are done. */
  chunks: number;
}

/** An event that is locked. */
export interface TakenEvent {
  id: string;
  status: EventStatus;
  sendAt: Date | null;
  sentAt: Date | null;
  withdrawal: Withdrawal | null;
  /** Of its recipients. */
  chunks: number;
}

/** What has become of an event that was called back. */
export type Called = Pick<TakenEvent, 'status' | 'withdrawal'>;

/** A chunk of an event's recipients. */
export interface Part {
  event: TakenEvent;
  chunk: number;
}

/** What a batch found of an event: how many were sent by a channel, or with `channel` null how many copies there were. */
export interface Found {
  eventId: string;
  channel: string | null;
  n: number;
}

/** Events of one batch. */
const EVENTS = 256;

/** Calls events back, a batch in each transaction. */
@Injectable()
export class WithdrawStore {
  private readonly take: Record<SelectorKind, Statement> = {
    event: takeStatement('event'),
    entity: takeStatement('entity'),
    collapse: takeStatement('collapse'),
  };
  private readonly lock: Statement;
  private readonly change: Statement;

  constructor(
    private readonly database: Database,
    channels: Channels,
  ) {
    this.lock = lockStatement(channels.all);
    this.change = withdrawStatement(channels.all);
  }

  /**
   * The next events that can be called back, in the order of their ids, locked.
   * @param recipients of all of them together; a single event may have more
   */
  async next(
    manager: EntityManager,
    { kind, values }: Selector,
    afterId: string,
    recipients: number,
  ): Promise<TakenEvent[]> {
    const all = [...values, afterId, EVENTS, recipients];
    return (await this.database.execute<TakenEvent>(manager, this.take[kind], all)).rows;
  }

  /** Calls back what these recipients got. @param userIds null: all of them */
  async withdraw(
    manager: EntityManager,
    parts: readonly Part[],
    userIds: readonly string[] | null,
  ): Promise<Found[]> {
    if (parts.length === 0) return [];
    const ids = parts.map(({ event }) => copiesOf(event));
    const values = [
      parts.map(({ event }) => event.id),
      parts.map(({ chunk }) => chunk),
      ids.map(([lowest]) => lowest),
      ids.map(([, highest]) => highest),
      userIds,
    ];
    await this.database.execute(manager, this.lock, values);
    return (await this.database.execute<Found>(manager, this.change, values)).rows;
  }

  /** Writes down how far events have been withdrawn. */
  async mark(manager: EntityManager, events: readonly (Withdrawal & { event: TakenEvent })[]): Promise<void> {
    if (events.length === 0) return;
    const values = [
      events.map(({ event }) => event.id),
      events.map(({ chunks, withdrawn, alreadySent }) => JSON.stringify({ chunks, withdrawn, alreadySent })),
      events.map(({ event, chunks }) => chunks >= event.chunks),
    ];
    await this.database.execute(manager, MARK, values);
  }

  /** Ends events that are not sent; with `userIds`, for these alone. */
  async cancel(
    manager: EntityManager,
    ids: readonly string[],
    userIds: readonly string[] | null,
  ): Promise<void> {
    if (ids.length === 0) return;
    if (userIds) await this.database.execute(manager, TAKE_OUT, [ids, userIds]);
    else await this.database.execute(manager, CANCEL, [ids]);
  }

  /** What has become of an event. */
  async answer(manager: EntityManager, id: string): Promise<Called | undefined> {
    return (await this.database.execute<Called>(manager, ANSWER, [id])).rows[0];
  }
}
