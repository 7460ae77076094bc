import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Respond = (request: ReceivedRequest, response: ServerResponse) => void;

/** A real receiver on a port of its own, which remembers what it got. */
export class FakeTarget {
  readonly received: ReceivedRequest[] = [];
  private readonly waiting: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(respond: Respond, address = '127.0.0.1'): Promise<FakeTarget> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const received = { path: request.url ?? '', headers: request.headers, body };
        target.received.push(received);
        for (const wake of target.waiting.splice(0)) wake();
        respond(received, response);
      });
    });
    const target = new FakeTarget(server, address);
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return target;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${this.address}:${this.port}`;
  }

  /** Waits until it got this many requests. */
  async waitFor(count: number): Promise<void> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Answers with a status, and perhaps headers and a body. */
export function answer(status: number, body = '', headers: Record<string, string> = {}): Respond {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

/** Takes the request and never answers. */
export const hang: Respond = () => undefined;
