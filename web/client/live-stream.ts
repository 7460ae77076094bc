import { backoff } from './backoff.js';
import { ApiError } from './errors.js';
import { decodeEvent } from './events.js';
import { isSignedOut, type Http } from './http.js';
import { SseParser } from './sse.js';
import { tell } from './tell.js';
import { heeding } from './within.js';
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
  /** The stream has come so far without an event: a later one resumes there. */
  onPosition?(lastEventId: string): void;
}

/** The server sends a comment every 15 s; after two and a half of them the connection is taken for dead. */
const SILENCE_MS = 40_000;
/** A connection that lived this long was a working one: the next attempt counts as the first. */
const STABLE_MS = 10_000;
/** What proxies and servers without a stream answer: no use in asking again soon. */
const NO_STREAM = new Set([404, 405, 406, 415, 501]);
const NO_STREAM_RETRY_MS = 60_000;

/** The answer is none that can be read as it comes: a service worker, a proxy or a portal gave it. */
class NoStream extends Error {}

/** One connection to the stream at a time, opened again whenever it ends, from the last event on. */
export class LiveStream {
  #lastEventId: string;
  #attempt = 0;
  #status: Status = 'connecting';
  #connection: AbortController | undefined;
  #wake: (() => void) | undefined;
  #lastHeard = 0;
  #closed = false;
  #era: number;
  readonly #unwatch: () => void;

  constructor(
    private readonly http: Http,
    private readonly listener: StreamListener,
    lastEventId = '',
  ) {
    this.#lastEventId = lastEventId;
    this.#era = http.identity.era;
    this.#unwatch = http.identity.watch(() => this.#onUser());
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
    this.#unwatch();
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
      const era = this.#era;
      let wait = 0;
      try {
        await this.#connect();
        this.#setStatus('connecting');
      } catch (error) {
        if (this.#closed) return;
        // It was ended here, because its user has changed.
        if (era === this.#era) wait = this.#failed(error);
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
      await this.#read(readerOf(response), connection.signal, heard);
    } finally {
      clearTimeout(watchdog);
      connection.abort();
    }
  }

  async #read(reader: Reader, signal: AbortSignal, heard: () => void): Promise<void> {
    const parser = new SseParser();
    for (;;) {
      const { done, value } = await heeding(signal, reader.read());
      if (done) return;
      heard();
      const messages = parser.push(value);
      // It was opened as one user, and what it says is shown to the one who is signed in now. A heartbeat says nothing,
      // and is a time to find that out.
      await heeding(signal, this.http.recognize());
      for (const message of messages) {
        if (signal.aborted) return;
        // The next connection resumes after this one: before the listener, which may close or throw.
        if (message.id !== '') this.#lastEventId = message.id;
        const event = decodeEvent(message);
        if (event) tell([(one: StreamEvent) => this.listener.onEvent(one)], event);
      }
      if (signal.aborted) return;
      this.#moveTo(parser.lastId);
      // A stream begins with the count: before it has come, it is not known that events get through.
      if (messages.length > 0) this.#setStatus('live');
    }
  }

  #moveTo(lastEventId: string): void {
    if (lastEventId === '' || lastEventId === this.#lastEventId) return;
    this.#lastEventId = lastEventId;
    this.listener.onPosition?.(lastEventId);
  }

  #failed(error: unknown): number {
    if (isSignedOut(error)) this.#setStatus('signed-out');
    else if (error instanceof ApiError || error instanceof NoStream) this.#setStatus('connecting');
    else this.#setStatus('offline');
    if (error instanceof NoStream) return NO_STREAM_RETRY_MS;
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

  /** What was heard was another user's, and where it ended is no place to resume from. */
  #onUser(): void {
    const { era, closed } = this.http.identity;
    if (closed) return this.close();
    if (this.#closed || era === this.#era) return;
    this.#era = era;
    this.#lastEventId = '';
    this.#connection?.abort();
    this.listener.onEvent({ id: '', type: 'reset' });
    this.#wake?.();
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

type Reader = ReadableStreamDefaultReader<Uint8Array>;

function readerOf(response: Response): Reader {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) throw new NoStream();
  try {
    // Missing or locked where something else has taken the answer's place.
    return response.body!.getReader();
  } catch {
    throw new NoStream();
  }
}
