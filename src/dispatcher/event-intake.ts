import { Injectable } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { invalidInput } from '../common/errors.js';
import { textProblem } from '../common/text.js';
import { checkEvent, isTooLate } from './check-event.js';
import type { CheckedEvent } from './event.js';
import { EventSender } from './event-sender.js';
import { IdempotentSender, type SentOnce } from './idempotent-sender.js';
import { WithdrawService } from './withdraw.service.js';
import { checkWithdrawal, type Withdrawn } from './withdrawal.js';

const MAX_KEY_LENGTH = 255;

/** Takes events from outside: unchecked JSON, perhaps sent a second time. */
@Injectable()
export class EventIntake {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly sender: EventSender,
    private readonly idempotent: IdempotentSender,
    private readonly withdrawals: WithdrawService,
  ) {}

  /**
   * @param body the event as it came, in snake case
   * @param caller the API key that sends it
   * @param key the `Idempotency-Key`, if there is one
   * @returns what was sent, or what was answered when it was sent in time
   * @throws CarillonError as `NotificationService.notify()` and `IdempotentSender.send()` do
   */
  async accept(
    body: unknown,
    caller: { keyId: string; name: string },
    key: string | undefined,
  ): Promise<SentOnce> {
    const problem = key === undefined ? undefined : textProblem(key, 1, MAX_KEY_LENGTH);
    let event: CheckedEvent;
    try {
      event = checkEvent(body, this.catalogue, 'json');
    } catch (error) {
      const isRetry = key !== undefined && problem === undefined && isTooLate(error);
      const first = isRetry ? await this.idempotent.replay(body as object, caller.keyId, key) : undefined;
      if (first) return first;
      throw error;
    }
    if (key === undefined) return { result: await this.sender.send(event, caller.name), replayed: false };
    if (problem) throw invalidInput([{ path: 'Idempotency-Key', message: problem }]);
    return this.idempotent.send({ body: body as object, event }, caller, key);
  }

  /**
   * @param body what to withdraw, in snake case
   * @throws CarillonError as `NotificationService.withdraw()` does
   */
  async withdraw(body: unknown): Promise<Withdrawn> {
    return this.withdrawals.withdraw(checkWithdrawal(body, 'json'));
  }
}
