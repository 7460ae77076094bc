import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { answerUnreadable } from './client-error.js';
import type { Connections } from './connections.js';
import type { RequestHandler } from './mount.js';

/**
 * All headers of a request and its address: a filter may hold a list of 1,000 UUIDs, which percent-encoded in a query
 * take 45 KB, and browsers send up to 16 KB of cookies beside it.
 */
const HEADERS_LIMIT = 64 * 1024;

/** For a whole request to arrive: ten thousand slow senders must not hold ten thousand sockets for minutes. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Longer than the idle time-out of common load balancers (60 s), so that these close first. */
const KEEP_ALIVE_MS = 65_000;

/** The 20,000 streams of one process, and a quarter as many again for other requests. More are not accepted. */
const MOST_CONNECTIONS = 25_000;

/** The server that listens where Carillon runs alone; a host has one of its own, with bounds of its own. */
export function createListener(connections: Connections, handle: RequestHandler): Server {
  const answer = connections.guard(handle);
  const server = createServer(
    {
      maxHeaderSize: HEADERS_LIMIT,
      // Headers arrive within the same time: a request has one that counts.
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    answer,
  );
  server.on('connection', (socket) => connections.add(socket));
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    answerUnreadable(error, socket, connections.answering(socket)),
  );
  // Node would answer these by itself, past all bounds; an expectation that is not known need not be met.
  server.on('checkExpectation', answer);
  return server;
}
