import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { UNREADABLE, UnreadableSecret } from '../../common/secret-box.js';
import type { Delivery, Message, SendingChannel, Verdict } from '../../deliveries/sending-channel.js';
import { describeStatus, isSuccess, waitsOf, type Answer } from '../../outbound/answer.js';
import { HttpSender } from '../../outbound/http-sender.js';
import { EndpointTargetsStore, type LoadedEndpoint } from './endpoint-targets.store.js';
import { EndpointVault, type SealedEndpoint } from './endpoint-vault.js';
import type { WebhookResult } from './endpoint-health.js';
import { faultReport } from './fault-report.js';
import type { Target, WebhookFormat } from './formats/format.js';
import { formatOf } from './formats/registry.js';

const FAULT = 'the attempt failed on this side';

@Injectable()
export class WebhookSending implements SendingChannel<LoadedEndpoint, WebhookResult> {
  /** The sender ends a request by itself. */
  readonly timeoutMs = Infinity;

  private readonly logger = new Logger('Webhooks');
  /** What was opened of an endpoint, which is read once for many deliveries. */
  private readonly opened = new WeakMap<SealedEndpoint, Target>();

  constructor(
    private readonly vault: EndpointVault,
    private readonly sender: HttpSender,
    private readonly clock: Clock,
    readonly targets: EndpointTargetsStore,
  ) {}

  verdict({ target }: Delivery<LoadedEndpoint>): Verdict {
    if (target.deleted) return { verdict: 'failed', error: 'the webhook was deleted' };
    if (target.disabledReason !== null)
      return { verdict: 'failed', error: `the webhook is disabled: ${target.disabledReason}` };
    return { verdict: 'send' };
  }

  send(delivery: Delivery<LoadedEndpoint>): Promise<WebhookResult> {
    return this.attempt(delivery.target, delivery);
  }

  /**
   * Opens the secrets, shapes the request, sends it and judges the answer. It records nothing, and never fails: whatever a
   * receiver answers, and whatever is wrong here, comes to a result that can be written down.
   */
  async attempt(endpoint: SealedEndpoint & { kind: string }, message: Message): Promise<WebhookResult> {
    const now = this.clock.now();
    let target: Target | undefined;
    try {
      target = this.target(endpoint, now);
      const format = formatOf(endpoint.kind);
      if (!format) throw new Error(`no kind of webhook is called "${endpoint.kind}" in this version`);
      const result = await this.sender.send(format.request(message, target, now.getTime()));
      return result.answered ? judge(format, result, now) : unanswered(result.error);
    } catch (error) {
      if (error instanceof UnreadableSecret) return unanswered(UNREADABLE);
      const what = `an attempt for delivery ${message.id} (${endpoint.kind}) failed on this side`;
      this.logger.error(what, faultReport(error, target));
      return { ...unanswered(FAULT), fault: true };
    }
  }

  private target(endpoint: SealedEndpoint, now: Date): Target {
    const known = this.opened.get(endpoint);
    if (known) return known;
    const target = this.vault.openTarget(endpoint, now);
    // A replaced secret goes on signing until its time is over, which is to be looked at for each attempt.
    if (endpoint.previousSecrets.length === 0) this.opened.set(endpoint, target);
    return target;
  }
}

function unanswered(error: string): WebhookResult {
  return { status: 'retry', responseStatus: null, error, gone: false, responseBody: '' };
}

function judge(format: WebhookFormat, answer: Answer, now: Date): WebhookResult {
  const { status, body } = answer;
  const verdict = format.verdict(answer);
  return {
    status: verdict === 'gone' ? 'failed' : verdict,
    error: verdict === 'delivered' ? null : describe(status),
    responseStatus: status,
    ...waitsOf(answer, now.getTime()),
    gone: verdict === 'gone',
    responseBody: body,
  };
}

function describe(status: number): string {
  return isSuccess(status)
    ? `answered ${status}, but not what this kind of target answers`
    : describeStatus(status);
}
