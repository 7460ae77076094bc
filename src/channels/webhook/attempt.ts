import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { Message, SendResult } from '../../deliveries/sending-channel.js';
import { EndpointVault, type SealedEndpoint } from './endpoint-vault.js';
import { faultReport } from './fault-report.js';
import type { Target, WebhookFormat } from './formats/format.js';
import { formatOf } from './formats/registry.js';
import { parseRetryAfter } from './retry-after.js';
import { UnreadableSecret } from './secret-box.js';
import { WebhookSender, type HttpResult } from './sender.js';

const UNREADABLE = 'its secrets cannot be decrypted with the present key';
const FAULT = 'the attempt failed on this side';

/** Too many requests, and service unavailable: with `Retry-After` they speak for the whole endpoint. */
const PAUSING = new Set([429, 503]);

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
    private readonly sender: WebhookSender,
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
  { status, body, retryAfter }: Extract<HttpResult, { answered: true }>,
  now: Date,
): WebhookResult {
  const verdict = format.verdict({ status, body });
  const retryAfterMs = verdict === 'retry' ? parseRetryAfter(retryAfter, now.getTime()) : undefined;
  return {
    status: verdict === 'gone' ? 'failed' : verdict,
    error: verdict === 'delivered' ? null : describe(status),
    responseStatus: status,
    retryAfterMs,
    pauseMs: PAUSING.has(status) ? (retryAfterMs ?? 0) : 0,
    gone: verdict === 'gone',
    responseBody: body,
  };
}

function describe(status: number): string {
  if (status >= 300 && status < 400) return `answered ${status}; redirects are not followed`;
  if (status >= 200 && status < 300) return `answered ${status}, but not what this kind of target answers`;
  return `answered ${status}`;
}
