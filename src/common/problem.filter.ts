import { randomUUID } from 'node:crypto';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CarillonError, ERROR_STATUS, type ErrorCode } from './errors.js';

const TITLES: Partial<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/**
 * SQLSTATE classes and errors that mean "the database is away or has no room for now": connection failures (08),
 * insufficient resources (53), operator intervention (57), a standby that has not taken over yet (25006). The names
 * are those of the network: a host that is restarted may for a while not even have an address. The same request may
 * work later.
 */
const UNAVAILABLE =
  /^(08|53|57|25006$)|^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOENT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|ENETDOWN)$/;
const UNAVAILABLE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Cannot use a pool after calling end|not queryable|runner already released/i;

/** A statement took longer than its time: the database is there, and has too much to do. */
const STATEMENT_TIMEOUT = '57014';

/** Every failure as one body: `application/problem+json` of RFC 9457, with a stable `code`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also used for failures before any route: unreadable bodies, unknown paths. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = expected(thrown) ?? this.unexpected(thrown, request, reply);
    // A stream that has begun cannot be answered any more.
    if (reply.sent || reply.raw.headersSent) return;
    if (error.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    if (error.retryAfter !== undefined) {
      void reply.header('Retry-After', Math.max(1, Math.ceil(error.retryAfter)));
    }
    void reply
      .status(error.status)
      .header('Content-Type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem(error)));
  }

  private unexpected(thrown: unknown, request: FastifyRequest, reply: FastifyReply): CarillonError {
    const id = randomUUID();
    void reply.header('X-Request-Id', id);
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    // The path without its query: a query may hold what somebody searched for.
    this.logger.error(`${id} ${request.method} ${request.url.split('?')[0]}: ${text}`);
    return new CarillonError('internal', `Something went wrong here. The log has it under ${id}.`);
  }
}

/** The body of a failure. */
export function problem(error: CarillonError): Record<string, unknown> {
  return {
    type: `urn:carillon:problem:${error.code}`,
    title: TITLES[error.status] ?? 'Error',
    status: error.status,
    detail: error.detail,
    code: error.code,
    error: error.detail,
    ...(error.errors && { errors: error.errors }),
  };
}

/** The failure as a {@link CarillonError} when it is one that can be expected, else undefined. */
export function expected(thrown: unknown): CarillonError | undefined {
  if (thrown instanceof CarillonError) return thrown;
  if (codeOf(thrown) === STATEMENT_TIMEOUT) {
    return new CarillonError('overloaded', 'The database takes too long at the moment.', undefined, 1);
  }
  if (isDatabaseAway(thrown)) {
    return new CarillonError('unavailable', 'The database cannot be reached at the moment.', undefined, 1);
  }
  const status = statusOf(thrown);
  if (status === undefined || status >= 500) return undefined;
  const code = (Object.keys(ERROR_STATUS) as ErrorCode[]).find((name) => ERROR_STATUS[name] === status);
  return new CarillonError(CODES[status] ?? code ?? 'invalid_input', (thrown as Error).message);
}

// 403 is the file server's for a path that leads out of its folder: nobody's credentials would change that.
const CODES: Partial<Record<number, ErrorCode>> = {
  400: 'invalid_input',
  403: 'not_found',
  404: 'not_found',
};

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

function isDatabaseAway(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = codeOf(thrown);
  return (typeof code === 'string' && UNAVAILABLE.test(code)) || UNAVAILABLE_MESSAGE.test(thrown.message);
}

function codeOf(thrown: unknown): unknown {
  return (thrown as { code?: unknown } | null | undefined)?.code;
}
