import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.js';
import { checkEvent } from './check-event.js';
import type { NotifyEvent, NotifyResult } from './event.js';
import { EventSender } from './event-sender.js';

/** How an event is sent. */
export interface NotifyOptions {
  /**
   * The transaction to write in. Given one, the event shares its fate: rolled back, it leaves no trace; committed,
   * it is never lost. Without one, the event is committed when `notify()` resolves.
   */
  manager?: EntityManager;
}

/** The dispatcher: the one way in which notifications come to be. */
@Injectable()
export class NotificationService {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly sender: EventSender,
  ) {}

  /**
   * Tells users of something that happened. In one transaction it resolves each recipient's preferences and writes
   * the event, the inbox rows of those who want them, and a delivery for each of their webhook endpoints that
   * subscribes to it. The three channels (in-app, toast, webhook) are independent of one another.
   *
   * @param event what happened and who is to hear of it
   * @param options `manager`: the caller's transaction, to write in
   * @returns the event's id and time, and how many different users it went to
   * @throws CarillonError `invalid_input` naming every wrong place; `unknown_type` naming the closest key;
   *   `overloaded` when too many events wait already, or the database takes too long; `unavailable` when it is away.
   *   The `cause` is what the database or its connection said
   */
  async notify(event: NotifyEvent, options: NotifyOptions = {}): Promise<NotifyResult> {
    return this.sender.send(checkEvent(event, this.catalogue), 'module', options.manager);
  }
}
