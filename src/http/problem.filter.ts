import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { explainFailure } from '../common/database-failure.js';
import { CarillonError, ERROR_STATUS, invalidInput, type ErrorCode } from '../common/errors.js';
import { OutageLog } from './outage-log.js';

/** RFC 9110's, where Node has older ones. */
const TITLES: typeof STATUS_CODES = {
  ...STATUS_CODES,
  413: 'Content Too Large',
  422: 'Unprocessable Content',
};

/** One for all filters: each route has its own, and an outage is of them all. */
const outages = new OutageLog((message) => new Logger('Http').warn(message));

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
    if (error.code === 'unavailable') this.unavailable(error, request, reply);
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

  private unavailable(error: CarillonError, request: FastifyRequest, reply: FastifyReply): void {
    const id = randomUUID();
    const reason = error.cause === undefined ? '' : ` (${reasonOf(error.cause as Error)})`;
    if (outages.note(`${id} ${place(request)}: ${error.detail}${reason}`)) {
      void reply.header('X-Request-Id', id);
    }
  }

  private unexpected(thrown: unknown, request: FastifyRequest, reply: FastifyReply): CarillonError {
    const id = randomUUID();
    void reply.header('X-Request-Id', id);
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    this.logger.error(`${id} ${place(request)}: ${text}`);
    return new CarillonError('internal', `Something went wrong here. The log has it under ${id}.`);
  }
}

/** The path without its query: a query may hold what a user searched for. */
function place({ method, url }: FastifyRequest): string {
  return `${method} ${url.split('?')[0]}`;
}

/** A host name with several addresses fails with one error for each, and no message of its own. */
function reasonOf(error: Error): string {
  return error.message || String((error as { code?: unknown }).code);
}

export function problem(error: CarillonError): Record<string, unknown> {
  return {
    type: `urn:carillon:problem:${error.code}`,
    title: TITLES[error.status],
    status: error.status,
    detail: error.detail,
    code: error.code,
    error: error.detail,
    ...(error.errors && { errors: error.errors }),
  };
}

/** The failure as a {@link CarillonError} when it is one that can be expected, else undefined. */
export function expected(thrown: unknown): CarillonError | undefined {
  const explained = explainFailure(thrown);
  if (explained instanceof CarillonError) return explained;
  const status = statusOf(thrown);
  if (status === undefined || status >= 500) return undefined;
  const { message } = thrown as Error;
  const code = (Object.keys(ERROR_STATUS) as ErrorCode[]).find((name) => ERROR_STATUS[name] === status);
  const said = CODES[status] ?? code ?? 'invalid_input';
  return said === 'invalid_input' ? invalidInput([{ path: '', message }]) : new CarillonError(said, message);
}

// 403 is the file server's for a path that leads out of its folder: no credentials would change that.
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
