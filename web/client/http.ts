import { ApiError, apiError, ConnectionError } from './errors.js';
import { Identity } from './identity.js';
import { toJson } from './json.js';
import { heeding, within } from './within.js';

export interface ClientOptions {
  /** Where the API is mounted, such as `/v1` or `https://notify.example.com/v1`. Default: `/v1`. */
  baseUrl?: string;
  /**
   * A JWT for `Authorization: Bearer`, or what yields one. It is called for every request, so that it can renew it, and
   * before an answer or anything that the stream says is passed on, which must be to the same user.
   * Without it the browser's cookie says who the user is.
   */
  token?: string | (() => string | Promise<string>);
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
  /** Default: `omit` with a token, else `include`. */
  credentials?: RequestCredentials;
  /**
   * Names the user whose inbox this is. Only needed where the answers' `Carillon-User` cannot be read: on another
   * origin whose CORS settings do not expose it, with a cookie or with a token that is not a JWT.
   */
  user?: string;
  /** For a request, connecting included; the stream has none. Default: 30,000. */
  timeoutMs?: number;
}

type Method = 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface RequestParts {
  query?: object;
  body?: object;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Remembers the answer's `ETag`, and answers from memory when the server says 304. */
  conditional?: boolean;
  /** It is made while {@link Identity.era} is this one, or not at all. */
  era?: number;
}

/** As many polled addresses as one page can sensibly have: the count, the list, the preferences, the types. */
const REMEMBERED_ANSWERS = 16;

/** The cheapest of what names the user. */
const WHO_PATH = '/notifications/unread-count';

/** The part that a request without a stream needs. */
export type Caller = Pick<Http, 'get' | 'send'>;

export class Http {
  readonly baseUrl: string;
  /** Whose inbox it is. */
  readonly identity: Identity;
  readonly #options: ClientOptions;
  readonly #answers = new Map<string, { etag: string; body: unknown }>();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.baseUrl = (options.baseUrl ?? '/v1').replace(/\/+$/, '');
    this.identity = new Identity(options.user);
    this.identity.watch(() => this.#answers.clear());
  }

  async get<T>(path: string, parts: RequestParts = {}): Promise<T> {
    return this.#json<T>('GET', path, parts);
  }

  async send<T>(method: Method, path: string, body?: object): Promise<T> {
    return this.#json<T>(method, path, { body });
  }

  /** Makes requests of the present user alone: they reject once it is another one. */
  pinned(): Caller {
    const { era } = this.identity;
    return {
      get: <T>(path: string, parts: RequestParts = {}) => this.#json<T>('GET', path, { ...parts, era }),
      send: <T>(method: Method, path: string, body?: object) => this.#json<T>(method, path, { body, era }),
    };
  }

  /** Opens a response whose body is read as it comes: no time-out, the caller aborts. */
  async open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const [response] = await heeding(signal, this.#fetch('GET', path, { headers, signal }));
    if (!response.ok) throw await apiError(response);
    return response;
  }

  /** Finds out whether it is still the same user; a token that the server has not seen yet is shown to it. */
  async recognize(): Promise<void> {
    const { token } = this.identity.present(await this.#token());
    if (!this.identity.isProven(token)) await this.get(WHO_PATH, { conditional: true });
  }

  #json<T>(method: string, path: string, parts: RequestParts): Promise<T> {
    return within(this.#options.timeoutMs ?? 30_000, parts.signal, async (signal) => {
      const key = path + query(parts.query);
      const known = parts.conditional ? this.#answers.get(key) : undefined;
      const headers = known ? { ...parts.headers, 'if-none-match': known.etag } : parts.headers;
      const [response, era] = await this.#fetch(method, path, { ...parts, headers, signal });
      const unchanged = response.status === 304 ? known : undefined;
      if (!response.ok && !unchanged) throw await apiError(response);
      // Nothing is in a 304, but until it has been read the browser counts the request as broken off.
      const read: Promise<unknown> = unchanged ? response.text() : response.json();
      const body = await read.catch((cause: unknown) => {
        throw new ConnectionError('The answer was cut short or is not JSON.', { cause });
      });
      this.identity.check(parts.era ?? era);
      if (unchanged) return unchanged.body as T;
      if (parts.conditional) this.#remember(key, response.headers.get('etag'), body);
      return body as T;
    });
  }

  #remember(key: string, etag: string | null, body: unknown): void {
    this.#answers.delete(key);
    if (etag === null) return;
    this.#answers.set(key, { etag, body });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > REMEMBERED_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }

  async #fetch(method: string, path: string, parts: RequestParts): Promise<[Response, era: number]> {
    const token = await this.#token();
    const ticket = this.identity.present(token);
    if (parts.era !== undefined) this.identity.check(parts.era);
    const headers: Record<string, string> = { accept: 'application/json', ...parts.headers };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (parts.body) headers['content-type'] = 'application/json';
    const send = this.#options.fetch ?? globalThis.fetch;
    let response: Response;
    try {
      response = await send(this.baseUrl + path + query(parts.query), {
        method,
        headers,
        credentials: this.#options.credentials ?? (token === undefined ? 'include' : 'omit'),
        // A click marks a notification as read and leaves the page: the request must outlive it.
        keepalive: method !== 'GET',
        ...(parts.body ? { body: toJson(parts.body) } : {}),
        ...(parts.signal ? { signal: parts.signal } : {}),
      });
    } catch (cause) {
      throw new ConnectionError('The server could not be reached.', { cause });
    }
    // It may have become another user's token while the answer was on its way.
    this.identity.present(await this.#token());
    return [response, this.identity.heard(response, ticket)];
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#options;
    return typeof token === 'function' ? token() : token;
  }
}

/** A query string without the parameters that are undefined. */
export function query(parameters: object = {}): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** Whether a repeat cannot help: signed out, or not allowed. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
