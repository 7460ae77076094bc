import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** A receiver that says what it likes, byte by byte, to everyone who has sent it something. */
export class RawTarget {
  private readonly connections = new Set<Socket>();
  /** How often each connection was sent something. */
  requests = 0;
  private written = 0;

  private constructor(private readonly server: Server) {}

  /** @param speak called whenever something arrives */
  static async start(speak: (socket: Socket) => void, tls?: TlsOptions): Promise<RawTarget> {
    const server = tls ? createTlsServer(tls) : createServer();
    const target = new RawTarget(server);
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      target.connections.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        target.written += socket.bytesWritten;
        target.connections.delete(socket);
      });
      socket.on('data', () => {
        target.requests += 1;
        speak(socket);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return target;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many bytes were taken from it, by connections that are closed. */
  async taken(): Promise<number> {
    while (this.connections.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    return this.written;
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Writes something, and then something else for as long as it is taken. */
export function pour(first: string, rest: string): (socket: Socket) => void {
  const piece = Buffer.from(rest.repeat(Math.ceil(65_536 / rest.length)));
  return (socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.write(first);
    socket.removeAllListeners('drain').on('drain', more);
    more();
  };
}

/** Writes something, one byte at a time, each in a packet of its own. */
export function trickle(text: string): (socket: Socket) => void {
  return (socket) => {
    const bytes = [...Buffer.from(text)];
    socket.setNoDelay(true);
    const next = (): void => {
      const byte = bytes.shift();
      if (byte === undefined || socket.destroyed) return;
      socket.write(Buffer.from([byte]));
      setImmediate(next);
    };
    next();
  };
}
