import { excerpt } from './text.js';

/** Every way in which Carillon says no. The HTTP status and the body are made from it in one filter. */
export const ERROR_STATUS = {
  invalid_input: 400,
  invalid_cursor: 400,
  unknown_type: 400,
  search_too_costly: 400,
  refused_url: 400,
  unauthenticated: 401,
  api_key_not_allowed: 403,
  missing_scope: 403,
  user_not_allowed: 403,
  cross_site_request: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  not_in_trash: 409,
  action_taken: 409,
  not_scheduled: 409,
  contacts_from_host: 409,
  too_many_endpoints: 409,
  endpoint_disabled: 409,
  delivery_withdrawn: 409,
  idempotency_in_progress: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  overloaded: 503,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One wrong place in the input: a dotted path (`user_ids[3]`, `filter.OR[1].title`) and what is wrong there. */
export interface InputIssue {
  path: string;
  message: string;
}

/** An expected failure. Anything else that is thrown is a defect, logged and answered as an opaque 500. */
export class CarillonError extends Error {
  override readonly name = 'CarillonError';

  /**
   * @param code what kind of failure it is: decides the HTTP status
   * @param detail one sentence for the person who reads the answer
   * @param errors for invalid input: every wrong place
   * @param retryAfter seconds after which the same request may work, sent as `Retry-After`
   */
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly errors?: InputIssue[],
    readonly retryAfter?: number,
  ) {
    super(detail);
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** A path longer than any of a DTO has keys in it that a caller made up. */
const MAX_PATH_LENGTH = 256;

/** Wrong places that an answer lists, and after which no more are looked for: more are one mistake, made many times. */
export const MAX_ISSUES = 20;

/**
 * Invalid input, with a sentence made from its first issue. Not more than {@link MAX_ISSUES} are listed.
 * @param issues whose `code` it has in place of `invalid_input`, where all have the same
 */
export function invalidInput(issues: (InputIssue & { code?: ErrorCode })[]): CarillonError {
  const errors = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => ({ path: excerpt(path, MAX_PATH_LENGTH), message }));
  const [first] = errors;
  const [code, ...others] = new Set(issues.map((issue) => issue.code));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const detail = first ? `${first.path ? `${first.path}: ` : ''}${first.message}${more}` : 'invalid input';
  return new CarillonError((others.length === 0 && code) || 'invalid_input', detail, errors);
}

/** Of work in batches: what was done stays. */
export function stopped(): CarillonError {
  const detail = 'The server is stopping before all was done; the same request does the rest.';
  return new CarillonError('unavailable', detail, undefined, 1);
}

/** The answer for a row that does not exist, is in the trash, or is another user's: one and the same. */
export function notFound(what = 'notification'): CarillonError {
  return new CarillonError('not_found', `No such ${what}.`);
}
