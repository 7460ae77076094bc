import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Agent, errors, type Dispatcher } from 'undici';
import type { WebhookOptions } from '../config/options.js';
import type { Answer } from './answer.js';
import { createDialer, RefusedTarget } from './dial.js';
import { AttemptTimeout, exchange } from './exchange.js';
import { MAX_RECEIVED_BYTES, TooMuchReceived } from './receive-limit.js';
import { createResolver, type Resolve } from './resolver.js';
import { checkUrl, isOpenedAddress, parseNetworks, type Network } from './url-guard.js';

/** What is posted. */
export interface OutgoingRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** What came of one HTTP request. */
export type HttpResult = (Answer & { answered: true }) | { answered: false; error: string };

/** Sends one request to an address that the URL guard lets through, within one overall time-out. */
@Injectable()
export class HttpSender implements OnApplicationShutdown {
  private readonly opened: Network[];
  private readonly dialer: Agent;
  private readonly timeoutMs: number;
  private readonly trusted = new Map<string, Destination>();
  /** For these. Not undici's global one: that may be the one inside Node, an older version that calls back otherwise. */
  private readonly plain = new Agent();
  /** The guard is a pure function of the text: a backlog need not ask it again for each delivery. */
  private readonly destinations = new LRUCache<string, Destination>({ max: 1_000 });

  constructor(options: Pick<WebhookOptions, 'allowNetworks' | 'timeoutMs'>, resolve?: Resolve) {
    this.opened = parseNetworks(options.allowNetworks);
    this.timeoutMs = options.timeoutMs;
    this.dialer = createDialer(
      this.opened,
      resolve ?? createResolver(this.opened.length > 0),
      options.timeoutMs,
    );
  }

  /**
   * Lets one exact URL through although it leads to this machine: the demo page's own sink, in development mode.
   */
  trust(url: string): void {
    this.trusted.set(url, { ...partsOf(new URL(url)), dispatcher: this.plain });
  }

  /** Why a URL would be refused already for its text, or undefined. */
  urlProblem(text: string): string | undefined {
    const destination = this.destination(text);
    return 'problem' in destination ? destination.problem : undefined;
  }

  /** Whether a URL names an address in a network that the operator opened. */
  isOpened(text: string): boolean {
    const verdict = checkUrl(text, this.opened);
    return verdict.allowed && verdict.address !== undefined && isOpenedAddress(verdict.address, this.opened);
  }

  async send(request: OutgoingRequest): Promise<HttpResult> {
    const destination = this.destination(request.url);
    if ('problem' in destination) return { answered: false, error: `refused: ${destination.problem}` };
    const options: Dispatcher.DispatchOptions = {
      origin: destination.origin,
      path: destination.path,
      method: 'POST',
      headers: { 'user-agent': 'Carillon', accept: '*/*', ...request.headers },
      body: request.body,
    };
    try {
      const { status, headers, body } = await exchange(destination.dispatcher, options, this.timeoutMs);
      return { answered: true, status, body, retryAfter: firstOf(headers['retry-after']) };
    } catch (error) {
      return { answered: false, error: describe(error, this.timeoutMs) };
    }
  }

  /** After the worker has stopped: whatever still hangs is cut off. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.dialer.destroy(), this.plain.destroy()]);
  }

  private destination(text: string): Destination {
    const known = this.trusted.get(text) ?? this.destinations.get(text);
    if (known) return known;
    const verdict = checkUrl(text, this.opened);
    const destination = verdict.allowed
      ? { ...partsOf(verdict.url), dispatcher: this.dialer }
      : { problem: verdict.reason };
    this.destinations.set(text, destination);
    return destination;
  }
}

/** Where a request goes and by whom, or why it must not. */
type Destination = { origin: string; path: string; dispatcher: Dispatcher } | { problem: string };

function partsOf({ origin, pathname, search }: URL): { origin: string; path: string } {
  return { origin, path: pathname + search };
}

/** A header that is sent twice comes as a list. */
function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
const CAUSES: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before an answer',
  UND_ERR_SOCKET: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  ENOTFOUND: 'the name does not resolve',
  ENODATA: 'the name does not resolve',
  EHOSTUNREACH: 'the address cannot be reached',
  ENETUNREACH: 'the address cannot be reached',
  UND_ERR_HEADERS_OVERFLOW: 'the answer has too many headers',
};

const TIMEOUTS = new Set([
  'ETIMEDOUT',
  'ETIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** An error in words for the owner of the address. Addresses stay out: they would describe the inside network. */
function describe(error: unknown, timeoutMs: number): string {
  if (error instanceof RefusedTarget) return `refused: ${error.message}`;
  if (error instanceof TooMuchReceived)
    return `sent ${MAX_RECEIVED_BYTES / 1024} KB, and no answer among them`;
  const { code } = error as { code?: unknown };
  if (error instanceof AttemptTimeout || (typeof code === 'string' && TIMEOUTS.has(code)))
    return `no answer within ${timeoutMs} ms`;
  if (error instanceof errors.HTTPParserError) return 'the answer is not HTTP';
  if (typeof code !== 'string') return 'the request failed';
  if (/CERT|TLS|SSL|VERIFY|ISSUER/.test(code)) return `the connection is not secure (${code})`;
  return CAUSES[code] ?? `the request failed (${code})`;
}
