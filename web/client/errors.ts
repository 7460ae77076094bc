import type { Problem } from './wire.js';

/** The server answered, and its answer was no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param problem the body of the answer
   * @param retryAfter seconds after which the same request may work, when the server said so
   */
  constructor(
    readonly problem: Problem,
    readonly retryAfter?: number,
  ) {
    super(problem.detail || problem.title);
  }

  get status(): number {
    return this.problem.status;
  }

  /** A stable name for what went wrong, such as `not_found`. */
  get code(): string {
    return this.problem.code;
  }
}

/** No answer came: no network, no server, or no answer in time. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Makes an error of an answer, whoever wrote it: a proxy in between answers in its own words. */
export async function apiError(response: Response): Promise<ApiError> {
  const known = await response
    .json()
    .then((body: unknown) => (typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {}))
    .catch((): Partial<Problem> => ({}));
  const title = known.title ?? (response.statusText || `HTTP ${response.status}`);
  const detail = known.detail ?? known.error ?? title;
  const problem: Problem = {
    type: 'about:blank',
    code: 'unexpected_answer',
    error: detail,
    ...known,
    title,
    detail,
    status: response.status,
  };
  return new ApiError(problem, seconds(response.headers.get('retry-after')));
}

/** `Retry-After` counts seconds or names a date. */
function seconds(header: string | null): number | undefined {
  if (header === null) return undefined;
  const value = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(value) ? Math.max(0, value) : undefined;
}
