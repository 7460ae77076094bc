import type { Socket } from 'node:net';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import { CarillonError, invalidInput } from '../common/errors.js';
import { problem } from './problem.filter.js';

/** What is wrong, by Node's codes. */
const CAUSES: Partial<Record<string, CarillonError>> = {
  HPE_HEADER_OVERFLOW: new CarillonError('headers_too_large', 'The headers of this request are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: new CarillonError('request_timeout', 'The request did not arrive in time.'),
};
const NO_REQUEST = invalidInput([{ path: '', message: 'This is not an HTTP request.' }]);

/**
 * Answers what Node's parser could not make a request of, and hangs up: it is not known where the next one begins.
 * @param answering another answer that is under way, which this one would get into
 */
export function answerUnreadable(
  error: NodeJS.ErrnoException,
  socket: Socket,
  answering: ServerResponse | undefined,
): void {
  // Something came after a request that said it was the last: its answer is still sent, and ends the connection.
  if (answering && error.code === 'HPE_CLOSED_CONNECTION') return;
  if (answering && !answering.headersSent) {
    // So does the answer to a whole request before the unreadable one; one that has begun may be a stream.
    answering.setHeader('Connection', 'close');
    return;
  }
  if (error.code !== 'ECONNRESET' && socket.writable && !answering) {
    const said = CAUSES[error.code ?? ''] ?? NO_REQUEST;
    const body = JSON.stringify(problem(said));
    const head = [
      `HTTP/1.1 ${said.status} ${STATUS_CODES[said.status]}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroy(error);
}
