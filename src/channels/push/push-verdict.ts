import type { SendResult, Verdict } from '../../deliveries/sending-channel.js';
import { describeStatus, isRefusal, isSuccess, waitsOf } from '../../outbound/answer.js';
import { excerpt } from '../../common/text.js';
import type { HttpResult } from '../../outbound/http-sender.js';
import { TTL_SECONDS } from './push-message.js';
import { HELD_PAUSE_MS } from './push-services.js';

/** Of what a push service answers. */
const MAX_EXCERPT = 100;

/** What one attempt came to. */
export interface PushResult extends SendResult {
  /** The browser has unsubscribed: nothing will ever come there. */
  gone: boolean;
}

/** The push service knows no such subscription (any more): Chrome's says 404 where others say 410. */
const GONE = new Set([404, 410]);

/** The key pair, the subject, the clock: what this side says of itself is refused, for every push. */
const OPERATORS = new Set([400, 401, 403]);

/** Before an attempt. @param target `deleted`: there is nothing left to send to @param ageMs of the event */
export function beforeAttempt(target: { deleted: boolean }, ageMs: number): Verdict {
  if (target.deleted) return { verdict: 'failed', error: 'the browser has unsubscribed' };
  if (ageMs >= TTL_SECONDS * 1000) return { verdict: 'skipped', reason: 'expired' };
  return { verdict: 'send' };
}

/** After it. @param origin of the push service @param now milliseconds since the epoch */
export function afterAnswer(answer: HttpResult, origin: string, now: number): PushResult {
  if (!answer.answered) return { status: 'retry', error: answer.error, gone: false };
  const { status, body } = answer;
  const said = { responseStatus: status, error: describeStatus(status), gone: false };
  if (isSuccess(status)) return { ...said, status: 'delivered', error: null };
  if (GONE.has(status)) return { ...said, status: 'failed', gone: true };
  if (OPERATORS.has(status))
    return {
      ...held(`${origin} answered ${status}: ${printable(body)}`, HELD_PAUSE_MS),
      responseStatus: status,
    };
  if (isRefusal(status)) return { ...said, status: 'failed' };
  return { ...said, status: 'retry', ...waitsOf(answer, now) };
}

/** Nothing can be sent for now: the operator has to mend something, or the push service. */
export function held(error: string, pauseMs: number): PushResult {
  return { status: 'held', error, pauseMs, gone: false };
}

/** Push services say in the body what they have against it, such as `BadJwtToken`. */
function printable(body: string): string {
  return excerpt(body.replace(/[^\x20-\x7e]+/g, ' ').trim(), MAX_EXCERPT);
}
