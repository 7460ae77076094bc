import { visible } from '../../../common/text.js';
import { parseUrl } from '../../../common/url.js';
import type { Message } from '../../../deliveries/sending-channel.js';
import { isRefusal, isSuccess, type Answer } from '../../../outbound/answer.js';
import type { OutgoingRequest } from '../../../outbound/http-sender.js';

/** Where it is sent, decrypted. */
export interface Target {
  url: string;
  credentials: Credentials;
  /** The signing secrets that are valid now, the newest first. */
  secrets: string[];
}

export interface Credentials {
  token?: string;
  username?: string;
  password?: string;
}

/** What an answer means: `retry` by the schedule, `failed` for good, `gone` for good and for the whole endpoint. */
export type Verdict = 'delivered' | 'retry' | 'failed' | 'gone';

/** A kind of endpoint. Everything in it is pure; a new kind is a file with one of these, named in `registry.ts`. */
export interface WebhookFormat {
  kind: string;
  /** The URL alone lets anybody post, so it is masked wherever it is read. */
  urlIsSecret?: boolean;
  /** Requests are signed with a secret of the endpoint's own. */
  signed?: boolean;
  /** The endpoint may carry a token, or a user name and a password. */
  takesCredentials?: boolean;
  /** What one endpoint gets at most, from each process: the receiver's documented limits, where it has any. */
  limits: { concurrency: number; perSecond: number; burst: number };
  /** What is wrong with a URL for this kind, beyond what the URL guard says. */
  urlProblem?(url: URL): string | undefined;
  /** @param now the time of the attempt, in milliseconds since the epoch */
  request(message: Message, target: Target, now: number): OutgoingRequest;
  verdict(answer: Answer): Verdict;
}

/** @param headers besides its type */
export function postJson(url: string, body: object, headers: Record<string, string> = {}): OutgoingRequest {
  return { url, headers: { 'content-type': JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

export const JSON_TYPE = 'application/json';

/**
 * What a chat's answer means. Any 2xx is a yes, as HTTP has it, but for a page: that is what a proxy or a login in front
 * of the chat answers. By the documents of Discord, Slack and ntfy sending the same again after a 4xx is answered alike.
 */
export function chatVerdict({ status, body }: Answer): Verdict {
  if (isSuccess(status)) return body.trimStart().startsWith('<') ? 'retry' : 'delivered';
  if (status === 410) return 'gone';
  return isRefusal(status) ? 'failed' : 'retry';
}

/** What a message is called: by its event where nothing of its title can be seen. */
export function titleOf({ event, notification }: Message): string {
  return visible(notification.title)?.trim() ?? event;
}

/** Characters that a URL may not have, and that browsers take all the same (RFC 3986). */
const NOT_IN_URLS = /["<>\\^`{|}]/g;

/** The link when it leads somewhere from outside the application (a path alone does not), and is short enough. */
export function absoluteLink(link: string | null, maxLength: number): URL | undefined {
  const url = link === null ? undefined : parseUrl(link);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  const strict = new URL(url.href.replace(NOT_IN_URLS, encodeURIComponent));
  return strict.href.length <= maxLength ? strict : undefined;
}
