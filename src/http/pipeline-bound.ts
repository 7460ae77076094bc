import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Requests of one connection that may wait for their answers at once. Browsers send one at a time and clients that
 * pipeline a handful; what waits is kept in memory, and a page of a list may have two megabytes.
 */
const MOST_WAITING = 16;

/**
 * Ends connections that send requests without taking the answers. Node reads all requests of a segment at once and
 * keeps each answer until the one before it has been sent, so that a megabyte of requests would become gigabytes.
 */
export class PipelineBound {
  private readonly waiting = new Map<Socket, number>();

  /** A hook for Fastify's `onRequest`. */
  readonly hook = ({ raw: request }: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { socket } = request;
    const before = this.waiting.get(socket) ?? 0;
    if (before === MOST_WAITING) {
      // The rest of the segment comes by here too, and is not answered either.
      reply.hijack();
      socket.destroy();
      return;
    }
    // Answers that wait behind others are never told that their connection has ended.
    if (before === 0) socket.once('close', () => this.waiting.delete(socket));
    this.waiting.set(socket, before + 1);
    reply.raw.once('close', () => this.answered(socket));
    done();
  };

  private answered(socket: Socket): void {
    const before = this.waiting.get(socket);
    if (before !== undefined) this.waiting.set(socket, before - 1);
  }
}
