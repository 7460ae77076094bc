import { CarillonError, type ErrorCode } from './errors.js';

/**
 * SQLSTATE classes and errors that mean "the database is away or has no room for now": connection failures (08),
 * insufficient resources (53), operator intervention (57). The same request may work later.
 */
const AWAY = /^(08|53|57)/;
/** A standby that has not taken over yet, or a transaction that its caller has made read-only. */
const READ_ONLY = '25006';
/** A statement took longer than its time: the database is there, and has too much to do. */
const STATEMENT_TIMEOUT = '57014';

const READ_ONLY_DETAIL =
  'The database takes no writes here: the transaction is read-only, or the server is a standby.';

/** What `pg` and TypeORM say by themselves of connections that are gone, or that could not be had in time. */
const AWAY_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Cannot use a pool after calling end|not queryable|runner already released/i;

/**
 * Errors of connections to the database: a refused one, a lost one, a host that while it is restarted has not even an
 * address. Their codes alone would not distinguish them from those of a file, or of another service that is away.
 */
const lost = new WeakSet<object>();

/** Says of an error that it is one of a connection to the database. */
export function markLost(error: Error): void {
  lost.add(error);
}

/**
 * What a failure of the database is to a caller: `overloaded` when a statement took too long,
 * `unavailable` when the database is away, each with what happened as its cause. Any other failure is left as it is.
 */
export function explainFailure(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null) return thrown;
  const failure: Failure = thrown;
  if (failure.code === STATEMENT_TIMEOUT) {
    return soon('overloaded', 'The database takes too long at the moment.', failure);
  }
  if (failure.code === READ_ONLY) {
    return soon('unavailable', READ_ONLY_DETAIL, failure);
  }
  if (!isAway(failure)) return thrown;
  return soon('unavailable', 'The database cannot be reached at the moment.', failure);
}

/** The same result; a failure of the database as {@link explainFailure} has it. */
export function explained<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw explainFailure(error);
  });
}

/** The same request may work in a second. */
function soon(code: ErrorCode, detail: string, cause: object): CarillonError {
  const error = new CarillonError(code, detail, undefined, 1);
  error.cause = cause;
  return error;
}

interface Failure {
  code?: unknown;
  message?: string;
  /** What TypeORM wraps. */
  driverError?: object;
}

function isAway(failure: Failure): boolean {
  const { code, message = '', driverError = failure } = failure;
  if (lost.has(driverError)) return true;
  return (typeof code === 'string' && AWAY.test(code)) || AWAY_MESSAGE.test(message);
}
