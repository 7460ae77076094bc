import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.js';
import { Database } from '../database/database.js';
import { ActionHandlers, type ActionHandler } from '../notifications/action-handlers.js';
import { checkEvent } from './check-event.js';
import type { NotifyEvent, NotifyResult } from './event.js';
import { EventSender } from './event-sender.js';
import { inTransaction } from './in-transaction.js';
import { WithdrawService } from './withdraw.service.js';
import { checkWithdrawal, type CancelResult, type Withdrawn, type WithdrawRequest } from './withdrawal.js';

/** How an event is sent. */
export interface NotifyOptions {
  /**
   * The transaction to write in, of the database that Carillon uses. Given one, the event shares its fate: rolled back, it
   * leaves no trace; committed, it is never lost. Without one, the event is committed when `notify()` resolves.
   */
  manager?: EntityManager;
}

/** The dispatcher: the one way in which notifications come to be. */
@Injectable()
export class NotificationService {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly database: Database,
    private readonly sender: EventSender,
    private readonly withdrawals: WithdrawService,
    private readonly handlers: ActionHandlers,
  ) {}

  /**
   * Notifies users of something that happened. In one transaction it resolves each recipient's preferences and writes
   * the event, the inbox rows of those who want them, and a delivery for each target of a channel that is on for
   * them. Channels are independent of one another.
   *
   * @param event what happened and who is to hear of it
   * @param options `manager`: the caller's transaction, to write in; one that has ended, or is of another database, is refused
   * @returns the event's id and time, and how many different users it went to
   * @throws CarillonError `invalid_input` naming every wrong place; `unknown_type` naming the closest key;
   *   `overloaded` when too many events wait already, or the database takes too long; `unavailable` when it is away.
   *   The `cause` is what the database or its connection said
   */
  async notify(event: NotifyEvent, options: NotifyOptions = {}): Promise<NotifyResult> {
    const checked = checkEvent(event, this.catalogue);
    return inTransaction(options, this.database, (manager) => this.sender.send(checked, 'module', manager));
  }

  /**
   * Calls an event back. One that is not sent yet is cancelled: it reaches no user. One that is sent is withdrawn from every
   * inbox, and what is still waiting in other channels is not sent. Asked again, it answers the same.
   *
   * @param id the event's
   * @param options `manager`: the caller's transaction, to write in. Without one, an event with more than 10,000 recipients is
   *   withdrawn in several transactions; stopped in between, the same call does the rest
   * @throws CarillonError `not_found`; `overloaded` and `unavailable` as `notify()` does
   */
  async cancel(id: string, options: NotifyOptions = {}): Promise<CancelResult> {
    return inTransaction(options, this.database, (manager) => this.withdrawals.cancel(id, manager));
  }

  /**
   * Withdraws an event, every event about a thing, or every event with a collapse key, as {@link cancel} does: the thing is
   * gone, so are its notifications.
   *
   * @param what exactly one of `eventId`, `entity` and `collapseKey`
   * @param userIds from these users alone, at most 10,000; without it, from all
   * @param options as those of {@link cancel}
   * @throws CarillonError `invalid_input`; `not_found` for an event; `overloaded` and `unavailable` as `notify()` does
   */
  async withdraw(
    what: Pick<WithdrawRequest, 'eventId' | 'entity' | 'collapseKey'>,
    userIds?: readonly string[],
    options: NotifyOptions = {},
  ): Promise<Withdrawn> {
    const checked = checkWithdrawal({ ...what, userIds });
    return inTransaction(options, this.database, (manager) => this.withdrawals.withdraw(checked, manager));
  }

  /**
   * Calls back when a user has taken one of a notification's actions: after it is committed, once, in the process that took
   * the request, whose answer waits for it. What the handler throws is logged, and the action stays recorded. A process that is killed in
   * between has not called it: the event's report has the action.
   *
   * @returns what ends it
   */
  onAction(handler: ActionHandler): () => void {
    return this.handlers.on(handler);
  }
}
