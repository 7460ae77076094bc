import { Inject, Injectable } from '@nestjs/common';
import webpush from 'web-push';
import { Clock } from '../../common/clock.js';
import { UNREADABLE } from '../../common/secret-box.js';
import { CARILLON_OPTIONS, type CarillonOptions, type PushOptions } from '../../config/options.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import type {
  Delivery,
  Message,
  SendingChannel,
  SendResult,
  Verdict,
} from '../../deliveries/sending-channel.js';
import { HttpSender, type HttpResult, type OutgoingRequest } from '../../outbound/http-sender.js';
import { testMessage } from '../test-message.js';
import { ageOf, pushMessage, SMALL_PAYLOAD_BYTES, type PushMessage } from './push-message.js';
import { PushTargetsStore, type LoadedSubscription } from './push-targets.store.js';
import { PushServices } from './push-services.js';
import { afterAnswer, beforeAttempt, held, type PushResult } from './push-verdict.js';
import { SubscriptionVault, type Secrets } from './subscription-vault.js';
import { VapidTokens } from './vapid-tokens.js';

const TOO_LARGE = 413;

@Injectable()
export class PushSending implements SendingChannel<LoadedSubscription, PushResult> {
  /** The sender ends a request by itself. */
  readonly timeoutMs = Infinity;
  private readonly tokens: VapidTokens;
  private readonly services = new PushServices();

  constructor(
    private readonly sender: HttpSender,
    private readonly vault: SubscriptionVault,
    readonly targets: PushTargetsStore,
    private readonly clock: Clock,
    private readonly database: WorkerDatabase,
    @Inject(CARILLON_OPTIONS) private readonly options: Pick<CarillonOptions, 'push' | 'appUrl'>,
  ) {
    // Where they are not set the channel is unavailable, and nothing is sent.
    this.tokens = new VapidTokens(options.push as PushOptions);
  }

  verdict({ target, ...message }: Delivery<LoadedSubscription>): Verdict {
    return beforeAttempt(target, ageOf(message, this.clock.now().getTime()));
  }

  async send({ target, ...message }: Delivery<LoadedSubscription>): Promise<PushResult> {
    const now = this.clock.now().getTime();
    const secrets = this.vault.open(target);
    if (!secrets) return { status: 'retry', error: UNREADABLE, gone: false };
    const { origin } = new URL(secrets.endpoint);
    const refusal = this.services.refusal(origin, now);
    if (refusal !== undefined) return held(refusal.error, refusal.pauseMs);
    const result = afterAnswer(await this.post(message, { ...target, ...secrets }, origin, now), origin, now);
    if (result.status === 'held') this.services.refused(origin, result.error ?? '', now);
    if (result.status === 'delivered') this.services.accepted(origin);
    return result;
  }

  /** Sends a test to each of a user's browsers: that one has taken it is enough. */
  async test(userId: string): Promise<SendResult> {
    const { manager } = this.database;
    const targets = await this.targets.ofUser(manager, userId);
    const message = testMessage(userId, 'Pushes to this browser arrive.');
    const attempts = await Promise.all(
      targets.map(async (target) => ({
        userId,
        targetId: target.id,
        result: await this.send({ ...message, targetId: target.id, attempts: 0, target }),
      })),
    );
    await this.targets.record(manager, attempts);
    const results = attempts.map(({ result }) => result);
    const delivered = results.find(({ status }) => status === 'delivered');
    return delivered ?? results[0] ?? { status: 'failed', error: 'no browser is subscribed' };
  }

  private async post(
    message: Message & Pick<Delivery, 'waited'>,
    to: Recipient,
    origin: string,
    now: number,
  ): Promise<HttpResult> {
    const authorization = this.tokens.authorization(origin, now);
    const attempt = (maxBytes?: number) =>
      this.sender.send(
        requestOf(pushMessage(message, now, this.options.appUrl, maxBytes), to, authorization),
      );
    this.services.asked(origin, now);
    let answered = false;
    try {
      const first = await attempt();
      const isTooLarge = first.answered && first.status === TOO_LARGE;
      const answer = isTooLarge ? await attempt(SMALL_PAYLOAD_BYTES) : first;
      ({ answered } = answer);
      return answer;
    } finally {
      this.services.ended(origin, answered, this.clock.now().getTime());
    }
  }
}

type Recipient = Secrets & Pick<LoadedSubscription, 'p256dh'>;

/** Encrypted for the browser alone (RFC 8291). */
function requestOf(
  { payload, ttl, urgency, topic }: PushMessage,
  { endpoint, p256dh, auth }: Recipient,
  authorization: string,
): OutgoingRequest {
  const { headers, body } = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    TTL: ttl,
    urgency,
    ...(topic !== undefined && { topic }),
    headers: { Authorization: authorization },
  });
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { url: endpoint, headers: Object.fromEntries(texts) as Record<string, string>, body };
}
