import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { UNREADABLE, UnreadableSecret } from '../../common/secret-box.js';
import type { Message, SendResult } from '../../deliveries/sending-channel.js';
import { describeStatus, waitsOf } from '../../outbound/answer.js';
import { HttpSender, type HttpResult } from '../../outbound/http-sender.js';
import { EndpointVault, type SealedEndpoint } from './endpoint-vault.js';
import { faultReport } from './fault-report.js';
import type { Target, WebhookFormat } from './formats/format.js';
import { formatOf } from './formats/registry.js';

const FAULT = 'the attempt failed on this side';

/** What one attempt came to. */
export interface WebhookResult extends SendResult {
  error: string | null;
  responseStatus: number | null;
  /** The endpoint is to get nothing any more. */
  gone: boolean;
  /** What the target answered. */
  responseBody: string;
}

/**
 * Makes attempts: opens the secrets, shapes the request, sends it and judges the answer. It records nothing. It never
 * fails: whatever a receiver answers, and whatever is wrong here, comes to a result that can be written down.
 */
@Injectable()
export class Attempter {
  private readonly logger = new Logger('Webhooks');
  /** What was opened of an endpoint, which is read once for many deliveries. */
  private readonly targets = new WeakMap<SealedEndpoint, Target>();

  constructor(
    private readonly vault: EndpointVault,
    private readonly sender: HttpSender,
    private readonly clock: Clock,
  ) {}

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
    const known = this.targets.get(endpoint);
    if (known) return known;
    const target = this.vault.openTarget(endpoint, now);
    // A replaced secret goes on signing until its time is over, which is to be looked at for each attempt.
    if (endpoint.previousSecrets.length === 0) this.targets.set(endpoint, target);
    return target;
  }
}

function unanswered(error: string): WebhookResult {
  return { status: 'retry', responseStatus: null, error, gone: false, responseBody: '' };
}

function judge(
  format: WebhookFormat,
  answer: Extract<HttpResult, { answered: true }>,
  now: Date,
): WebhookResult {
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
  const success = status >= 200 && status < 300;
  return success ? `answered ${status}, but not what this kind of target answers` : describeStatus(status);
}
