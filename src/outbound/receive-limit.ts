import type { Socket } from 'node:net';
import { InformationalFilter } from './informational.js';

/**
 * All that a target may send to one request: headers and the part of the body that is read have 16 KB each, certificates
 * up to 100 KB (OpenSSL's limit), and what is around them (chunks, TLS records, informational answers) takes the rest.
 */
export const MAX_RECEIVED_BYTES = 128 * 1024;

/**
 * How often an encrypted connection is looked at: TLS has messages of its own (session tickets, new keys), of which
 * nothing is heard here. In that time a gigabit carries six megabytes.
 */
const LOOK_EVERY_MS = 50;

/** The target sent more than {@link MAX_RECEIVED_BYTES}: its connection was closed. */
export class TooMuchReceived extends Error {
  override readonly name = 'TooMuchReceived';
}

/**
 * Bounds what a connection may send between one request and the next, whatever its bytes are. undici's limits are for
 * headers and bodies; between these an answer may go on for ever. Informational answers are left out.
 */
export class ReceiveLimit {
  private readonly filter = new InformationalFilter();
  private socket: Socket;
  private written = 0;
  private received = 0;
  private allowed = MAX_RECEIVED_BYTES;

  /** @param wire where bytes are counted: the connection below whatever encrypts it */
  constructor(private readonly wire: Socket) {
    this.socket = wire;
  }

  /** Looks by itself, from the handshake on. Until {@link guard} is called the wire is destroyed with the error. */
  watch(): void {
    const timer = setInterval(() => this.check(), LOOK_EVERY_MS).unref();
    this.wire.once('close', () => clearInterval(timer));
  }

  /**
   * Looks at everything that is read from a socket. That is done in its `read`, by which undici takes bytes out: a stream
   * between the two would cost every attempt about as much as the rest of it.
   */
  guard(socket: Socket): void {
    this.socket = socket;
    const read = socket.read.bind(socket);
    socket.read = (size?: number): Buffer | null => {
      const chunk = read(size) as Buffer | null;
      if (chunk === null || !this.check()) return null;
      this.received = this.wire.bytesRead;
      return this.filter.take(chunk);
    };
  }

  /** @returns whether it may go on */
  private check(): boolean {
    const { bytesWritten } = this.socket;
    if (bytesWritten !== this.written) {
      // Another request was sent.
      this.written = bytesWritten;
      this.allowed = this.received + MAX_RECEIVED_BYTES;
      this.filter.expect();
    }
    if (this.wire.bytesRead <= this.allowed) return true;
    this.socket.destroy(new TooMuchReceived());
    return false;
  }
}
