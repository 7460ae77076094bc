import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { NotificationAction } from './extras.js';
import type { InboxNotification } from './inbox-notification.js';

/** An action that a user has just taken. */
export interface ActionTaken {
  userId: string;
  /** The action as its event had it. */
  action: NotificationAction;
  at: Date;
  /** The user's copy of the event, with the action taken: its `eventId`, `type`, `entity` and `data` say what it is about. */
  notification: InboxNotification;
}

export type ActionHandler = (taken: ActionTaken) => unknown;

/** What a host does when a user has taken an action, in this process. */
@Injectable()
export class ActionHandlers {
  private readonly logger = new Logger('Actions');
  private readonly handlers = new Set<ActionHandler>();

  on(handler: ActionHandler): () => void {
    const own: ActionHandler = (taken) => handler(taken);
    this.handlers.add(own);
    return () => void this.handlers.delete(own);
  }

  /**
   * Calls them all, also when one of them fails. What one throws is logged: the action is recorded, and stays so.
   * @returns the id under which the log has what failed, if anything did
   */
  async call(taken: ActionTaken): Promise<string | undefined> {
    const calls = [...this.handlers].map(async (handler) => handler(taken));
    const failures = (await Promise.allSettled(calls)).filter((call) => call.status === 'rejected');
    if (failures.length === 0) return undefined;
    const id = randomUUID();
    const { action, notification } = taken;
    for (const { reason } of failures) {
      const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
      this.logger.error(
        `${id} a handler of the action ${action.id} of notification ${notification.id} failed: ${text}`,
      );
    }
    return id;
  }
}
