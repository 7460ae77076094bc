import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { EndpointVault, type SealedEndpoint } from './endpoint-vault.js';
import { faultReport } from './fault-report.js';
import type { DeliveryContent, Target, Verdict, WebhookFormat } from './formats/format.js';
import { formatOf } from './formats/registry.js';
import { parseRetryAfter } from './retry-schedule.js';
import { UnreadableSecret } from './secret-box.js';
import { WebhookSender, type SendResult } from './sender.js';

const UNREADABLE = 'its secrets cannot be decrypted with the present key';
const FAULT = 'the attempt failed on this side';

/** What one attempt came to. */
export interface AttemptResult {
  /** `fault`: it failed on this side, which is tried again, and says nothing about the endpoint. */
  verdict: Verdict | 'fault';
  responseStatus: number | null;
  /** Why it failed, for the owner of the endpoint. */
  error: string | null;
  retryAfterMs: number | undefined;
  startedAt: Date;
  durationMs: number;
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

  async attempt(
    endpoint: SealedEndpoint & { kind: string },
    content: DeliveryContent,
  ): Promise<AttemptResult> {
    const startedAt = this.clock.now();
    const started = performance.now();
    const judged = await this.send(endpoint, content, startedAt);
    // Written out: Node 20 takes 2 µs for an object that begins with a spread, a twentieth of an attempt.
    const { verdict, responseStatus, error, retryAfterMs, responseBody } = judged;
    const durationMs = Math.round(performance.now() - started);
    return { verdict, responseStatus, error, retryAfterMs, startedAt, durationMs, responseBody };
  }

  private async send(
    endpoint: SealedEndpoint & { kind: string },
    content: DeliveryContent,
    now: Date,
  ): Promise<Judgement> {
    let target: Target | undefined;
    try {
      target = this.target(endpoint, now);
      const format = formatOf(endpoint.kind);
      if (!format) throw new Error(`no kind of webhook is called "${endpoint.kind}" in this version`);
      const result = await this.sender.send(format.request(content, target, now.getTime()));
      return result.answered ? judge(format, result, now) : unanswered(result.error);
    } catch (error) {
      if (error instanceof UnreadableSecret) return unanswered(UNREADABLE);
      const what = `an attempt for delivery ${content.id} (${endpoint.kind}) failed on this side`;
      this.logger.error(what, faultReport(error, target));
      return { ...unanswered(FAULT), verdict: 'fault' };
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

type Judgement = Omit<AttemptResult, 'startedAt' | 'durationMs'>;

function unanswered(error: string): Judgement {
  return { verdict: 'retry', responseStatus: null, error, retryAfterMs: undefined, responseBody: '' };
}

function judge(format: WebhookFormat, answer: Extract<SendResult, { answered: true }>, now: Date): Judgement {
  const verdict = format.verdict(answer);
  return {
    verdict,
    responseStatus: answer.status,
    error: verdict === 'delivered' ? null : describe(answer.status),
    retryAfterMs: verdict === 'retry' ? parseRetryAfter(answer.retryAfter, now.getTime()) : undefined,
    responseBody: answer.body,
  };
}

function describe(status: number): string {
  if (status >= 300 && status < 400) return `answered ${status}; redirects are not followed`;
  if (status >= 200 && status < 300) return `answered ${status}, but not what this kind of target answers`;
  return `answered ${status}`;
}
