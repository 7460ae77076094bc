import { ApiError, apiError, ConnectionError } from './errors.js';
import { subjectOf } from './identity.js';

export interface ClientOptions {
  /** Where the API is mounted, such as `/v1` or `https://notify.example.com/v1`. Default: `/v1`. */
  baseUrl?: string;
  /**
   * A JWT for `Authorization: Bearer`, or what yields one (called for every request, so that it can renew it).
   * Without it the browser's cookie says who the user is.
   */
  token?: string | (() => string | Promise<string>);
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
  /** Default: `omit` with a token, else `include`. */
  credentials?: RequestCredentials;
  /**
   * Names the user whose inbox this is, for what the tabs of one browser share. Only needed when the token is not a
   * JWT; with a cookie the server tells it.
   */
  user?: string;
  /** For a request, connecting included; the stream has none. Default: 30,000. */
  timeoutMs?: number;
}

export interface RequestParts {
  query?: object;
  body?: object;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Remembers the answer's `ETag`, and answers from memory when the server says 304. */
  conditional?: boolean;
}

/** As many polled addresses as one page can sensibly have: the count, the list, the preferences, the types. */
const REMEMBERED_ANSWERS = 16;

/** Names the user in answers to requests with a cookie: a page cannot read the cookie itself. */
const USER_HEADER = 'carillon-user';

export class Http {
  readonly baseUrl: string;
  /** Called when the cookie turns out to be somebody's, or somebody else's than before. */
  onUser: ((user: string, before: string | undefined) => void) | undefined;
  readonly #options: ClientOptions;
  readonly #answers = new Map<string, { etag: string; body: unknown }>();
  #cookieUser: string | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.baseUrl = (options.baseUrl ?? '/v1').replace(/\/+$/, '');
  }

  /** Whose inbox this is, as far as is known: known from the first answer on when a cookie says it. */
  async user(): Promise<string | undefined> {
    if (this.#options.user) return this.#options.user;
    const token = await this.#token();
    return token === undefined ? this.#cookieUser : subjectOf(token);
  }

  async get<T>(path: string, parts: RequestParts = {}): Promise<T> {
    return this.#json<T>('GET', path, parts);
  }

  async send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T> {
    return this.#json<T>(method, path, body ? { body } : {});
  }

  /** Opens a response whose body is read as it comes: no time-out, the caller aborts. */
  async open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const response = await this.#fetch('GET', path, { headers, signal });
    if (!response.ok) throw await apiError(response);
    return response;
  }

  async #json<T>(method: string, path: string, parts: RequestParts): Promise<T> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? 30_000);
    const key = path + query(parts.query);
    const known = parts.conditional ? this.#answers.get(key) : undefined;
    const headers = known ? { ...parts.headers, 'if-none-match': known.etag } : parts.headers;
    const signal = parts.signal ? AbortSignal.any([parts.signal, timeout]) : timeout;
    const response = await this.#fetch(method, path, { ...parts, headers, signal });
    if (response.status === 304 && known) {
      // Nothing is in it, but until it has been read the browser counts the request as broken off.
      await response.text();
      return known.body as T;
    }
    if (!response.ok) throw await apiError(response);
    const body = (await response.json().catch((cause: unknown) => {
      throw new ConnectionError('The answer was cut short or is not JSON.', { cause });
    })) as T;
    if (parts.conditional) this.#remember(key, response.headers.get('etag'), body);
    return body;
  }

  #remember(key: string, etag: string | null, body: unknown): void {
    this.#answers.delete(key);
    if (etag === null) return;
    this.#answers.set(key, { etag, body });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > REMEMBERED_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }

  async #fetch(method: string, path: string, parts: RequestParts): Promise<Response> {
    const token = await this.#token();
    const headers: Record<string, string> = { accept: 'application/json', ...parts.headers };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (parts.body) headers['content-type'] = 'application/json';
    const send = this.#options.fetch ?? globalThis.fetch;
    try {
      const response = await send(this.baseUrl + path + query(parts.query), {
        method,
        headers,
        credentials: this.#options.credentials ?? (token === undefined ? 'include' : 'omit'),
        // A click marks a notification as read and leaves the page: the request must outlive it.
        keepalive: method !== 'GET',
        ...(parts.body ? { body: JSON.stringify(parts.body) } : {}),
        ...(parts.signal ? { signal: parts.signal } : {}),
      });
      if (token === undefined) this.#noteUser(response.headers.get(USER_HEADER));
      return response;
    } catch (cause) {
      throw new ConnectionError('The server could not be reached.', { cause });
    }
  }

  #noteUser(user: string | null): void {
    const before = this.#cookieUser;
    if (user === null || user === before) return;
    this.#cookieUser = user;
    // What was remembered is somebody else's.
    this.#answers.clear();
    this.onUser?.(user, before);
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
