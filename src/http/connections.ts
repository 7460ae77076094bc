import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { RequestHandler } from './mount.js';

/** Requests of one connection that may wait behind the one that is answered: clients that pipeline send a handful. */
const MOST_WAITING = 16;

/**
 * How long a connection may take nothing of its answer. Twice the time for which the longest request is silent, since a
 * statement is cancelled after 30 s, and four times that between two heartbeats of a stream.
 */
const PATIENCE_MS = 60_000;

/**
 * Bytes that wait for readers on all connections together: thirty of the largest lists. Two hundred connections that took
 * none of such lists made a process larger by 356 MB: each is there as text and as what is sent, and more of them come
 * until it is noticed.
 */
const MOST_UNREAD = 64 * 1024 * 1024;

/** How often answers are looked at: some hundred megabytes of them is what a fast machine makes meanwhile. */
const LOOK_EVERY_MS = 1_000;

interface Connection {
  socket: Socket;
  /** What is being answered. */
  current: ServerResponse | undefined;
  /** The answer whose time is limited. */
  limited: ServerResponse | undefined;
  /** What came after it. */
  waiting: (() => void)[];
}

/**
 * What clients may leave waiting. Node reads all requests of a segment at once and keeps each answer until those before
 * it are taken, so that a megabyte of requests would become gigabytes. Here a request is begun when the answer to the
 * one before it on its connection was taken, and connections that do not take theirs are ended.
 */
export class Connections {
  private readonly logger = new Logger('Connections');
  private readonly busy = new Map<Socket, Connection>();
  /** In the order in which they began not to take what was written. */
  private readonly unread = new Set<Connection>();
  /** All of the server that listens: on some of them nothing may ever be asked. */
  private readonly open = new Set<Socket>();
  private ending = false;
  private timer: NodeJS.Timeout | undefined;

  /** @returns a handler that is called when it is a request's turn, unless its connection has ended before */
  guard(handle: RequestHandler): RequestHandler {
    return (request, response) => {
      const { socket } = request;
      // HTTP/2 bounds its streams by itself, and what a test injects has no connection.
      if (request.httpVersionMajor > 1 || !(socket instanceof Socket)) return handle(request, response);
      // The rest of a segment arrives although its connection was just ended.
      if (socket.destroyed) return;
      const connection = this.busy.get(socket) ?? this.use(socket);
      const begin = (): void => {
        this.begin(connection, response);
        handle(request, response);
      };
      if (!connection.current) begin();
      else if (connection.waiting.push(begin) > MOST_WAITING) socket.destroy();
    };
  }

  /** A connection to the server that listens. */
  add(socket: Socket): void {
    if (this.ending) {
      socket.destroy();
      return;
    }
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
  }

  /**
   * Ends each connection as soon as nothing is answered on it. Node ends those that are idle at this moment, and would wait a
   * minute for one that is idle a moment later, or on which a browser has asked for nothing yet.
   */
  end(): void {
    this.ending = true;
    for (const socket of this.open) if (!this.busy.get(socket)?.current) socket.destroy();
  }

  /** The answer to a whole request that is under way: nothing else may be written into it. */
  answering(socket: Socket): ServerResponse | undefined {
    const current = this.busy.get(socket)?.current;
    return current && (current.headersSent || current.req.complete) ? current : undefined;
  }

  private use(socket: Socket): Connection {
    const connection: Connection = { socket, current: undefined, limited: undefined, waiting: [] };
    this.busy.set(socket, connection);
    // An answer that waits behind another one, of a host, never hears that its connection has ended.
    socket.once('close', () => this.remove(connection));
    this.timer ??= setInterval(() => this.boundUnread(), LOOK_EVERY_MS).unref();
    return connection;
  }

  private begin(connection: Connection, response: ServerResponse): void {
    connection.current = response;
    response.once('close', () => this.goOn(connection));
    // A host's own time may be shorter than a stream is silent.
    if (connection.socket.timeout) this.limit(connection, response);
  }

  /** Most answers are taken at once: the time of a connection is limited when a look finds one that was not. */
  private limit(connection: Connection, response: ServerResponse): void {
    const { socket } = connection;
    connection.limited = response;
    const former = socket.timeout ?? 0;
    // Node begins it anew whenever something of an answer is taken.
    response.setTimeout(PATIENCE_MS, () => socket.destroy());
    // A connection of a host has the host's own time again, before Node sets that of idle ones.
    response.prependOnceListener('finish', () => socket.setTimeout(former));
  }

  private goOn(connection: Connection): void {
    const { socket, waiting } = connection;
    connection.current = undefined;
    connection.limited = undefined;
    this.unread.delete(connection);
    if (this.ending) socket.destroySoon();
    // Nothing is done whose answer cannot be sent any more.
    if (this.ending || !socket.writable) waiting.length = 0;
    waiting.shift()?.();
  }

  private remove(connection: Connection): void {
    this.busy.delete(connection.socket);
    this.unread.delete(connection);
    if (this.busy.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Limits the time of answers that were not taken, and ends the oldest of them when all together hold too much. */
  private boundUnread(): void {
    let total = 0;
    for (const connection of this.busy.values()) {
      const { current, limited } = connection;
      const bytes = current?.writableLength ?? 0;
      total += bytes;
      if (!current || bytes === 0) this.unread.delete(connection);
      else {
        this.unread.add(connection);
        if (limited !== current) this.limit(connection, current);
      }
    }
    let ended = 0;
    for (const { socket, current } of this.unread) {
      if (total <= MOST_UNREAD) break;
      total -= current?.writableLength ?? 0;
      socket.destroy();
      ended += 1;
    }
    if (ended > 0) this.logger.warn(`ended ${ended} connections that did not take their answers`);
  }
}
