import { Agent, request } from 'node:http';
import { Client } from 'undici';
import { keepBusy, workFor } from './busy.js';
import type { Load, Request } from './load.js';

/*
 * The load generator, a process of its own: `connections` clients, each of which sends its next request when it has
 * the answer to the last. The lists of requests are taken in order, so that no two of them are for the same thing.
 */

workFor<Load>(({ url, requests, plainly, ...pace }) => {
  const urls = [url].flat();
  return keepBusy(pace, (number) => {
    const to = new URL(urls[number % urls.length] ?? '');
    const http = new Client(to, { pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 });
    return {
      send: async (next) => {
        const wanted = requests[next % requests.length] as Request;
        const status = await (plainly ? sendPlainly(to, wanted) : send(http, wanted));
        return status < 300 ? undefined : String(status);
      },
      close: () => http.close(),
    };
  });
});

/** Reads the whole answer and throws it away. */
function send(http: Client, { method, path, headers, body }: Request): Promise<number> {
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

const agent = new Agent({ keepAlive: true });

function sendPlainly(
  { hostname: host, port }: URL,
  { method, path, headers, body }: Request,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host, port, path, method, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    call.on('error', reject).end(body);
  });
}
