import { backoff } from './backoff.js';
import { ApiError, ConnectionError } from './errors.js';
import { decodeEvent } from './events.js';
import { isSignedOut, type Http } from './http.js';
import { SseParser } from './sse.js';
import { tell } from './tell.js';
import type { StreamEvent } from './wire.js';

/**
 * - `connecting`: not yet, or not again.
 * - `live`: events arrive as they happen.
 * - `polling`: the stream cannot be had; the inbox is asked now and then instead.
 * - `offline`: no server answers.
 * - `signed-out`: the server wants (new) credentials.
 */
export type Status = 'connecting' | 'live' | 'polling' | 'offline' | 'signed-out';

export interface StreamListener {
  /** In order, each once. */
  onEvent(event: StreamEvent): void;
  onStatus?(status: Status): void;
}

/** The server sends a comment every 15 s; after two and a half of them the connection is taken for dead. */
const SILENCE_MS = 40_000;
/** A connection that lived this long was a working one: the next attempt counts as the first. */
const STABLE_MS = 10_000;
/** What proxies and servers without a stream answer: no use in asking again soon. */
const NO_STREAM = new Set([404, 405, 406, 415, 501]);
const NO_STREAM_RETRY_MS = 60_000;

/** One connection to the stream at a time, opened again whenever it ends, from the last event on. */
export class LiveStream {
  #lastEventId: string;
  #attempt = 0;
  #status: Status = 'connecting';
  #connection: AbortController | undefined;
  #wake: (() => void) | undefined;
  #lastHeard = 0;
  #closed = false;

  constructor(
    private readonly http: Http,
    private readonly listener: StreamListener,
    lastEventId = '',
  ) {
    this.#lastEventId = lastEventId;
    globalThis.addEventListener?.('online', this.#onOnline);
    globalThis.addEventListener?.('offline', this.#onOffline);
    void this.#run();
  }

  get status(): Status {
    return this.#status;
  }

  /** Where the next connection resumes. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  close(): void {
    this.#closed = true;
    globalThis.removeEventListener?.('online', this.#onOnline);
    globalThis.removeEventListener?.('offline', this.#onOffline);
    this.#connection?.abort();
    this.#wake?.();
  }

  /** Tries at once instead of waiting: the page is looked at again, the user signed in. */
  nudge(): void {
    this.#wake?.();
    // A laptop that slept holds a connection that is dead without knowing it; its timers did not run.
    if (this.#status === 'live' && Date.now() - this.#lastHeard > SILENCE_MS) this.#connection?.abort();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const opened = Date.now();
      let wait = 0;
      try {
        await this.#connect();
        this.#setStatus('connecting');
      } catch (error) {
        if (this.#closed) return;
        wait = this.#failed(error);
      }
      this.#attempt = Date.now() - opened > STABLE_MS ? 1 : this.#attempt + 1;
      if (!this.#closed) await this.#pause(backoff(this.#attempt, Math.random(), wait));
    }
  }

  /** Reads events until the connection ends, which is never an error of the server's: it ends with the token. */
  async #connect(): Promise<void> {
    const connection = new AbortController();
    this.#connection = connection;
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      this.#lastHeard = Date.now();
      clearTimeout(watchdog);
      watchdog = setTimeout(() => connection.abort(), SILENCE_MS);
    };
    try {
      heard();
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (this.#lastEventId !== '') headers['last-event-id'] = this.#lastEventId;
      const response = await this.http.open('/notifications/stream', headers, connection.signal);
      if (!response.body) throw new ConnectionError('This environment cannot read a stream.');
      await this.#read(response.body.getReader(), heard);
    } finally {
      clearTimeout(watchdog);
      connection.abort();
    }
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>, heard: () => void): Promise<void> {
    const parser = new SseParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#closed) return;
      heard();
      for (const message of parser.push(value)) {
        // The next connection resumes after this one: before the listener, which may close or throw.
        if (message.id !== '') this.#lastEventId = message.id;
        const event = decodeEvent(message);
        if (event && !this.#closed) tell([(one: StreamEvent) => this.listener.onEvent(one)], event);
      }
      if (parser.lastId !== '') this.#lastEventId = parser.lastId;
      this.#setStatus('live');
    }
  }

  #failed(error: unknown): number {
    if (isSignedOut(error)) this.#setStatus('signed-out');
    else if (error instanceof ApiError) this.#setStatus('connecting');
    else this.#setStatus('offline');
    if (!(error instanceof ApiError)) return 0;
    return NO_STREAM.has(error.status) ? NO_STREAM_RETRY_MS : (error.retryAfter ?? 0) * 1000;
  }

  #setStatus(status: Status): void {
    if (this.#closed || status === this.#status) return;
    this.#status = status;
    this.listener.onStatus?.(status);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  readonly #onOnline = (): void => {
    this.#attempt = 0;
    this.#wake?.();
  };

  readonly #onOffline = (): void => {
    this.#connection?.abort();
    this.#setStatus('offline');
  };
}
