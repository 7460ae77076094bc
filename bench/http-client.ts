import { Client } from 'undici';
import type { Request } from './load.js';

type Outgoing = Omit<Request, 'body'> & { body?: string | Buffer };

/** One connection of undici's, which takes less from the measured than Node's own client. */
export function clientOf(url: URL): Client {
  return new Client(url, { pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 });
}

/** Reads the whole answer and throws it away. */
export function send(http: Client, { method, path, headers, body }: Outgoing): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    http.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(status),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
