import { Agent, request } from 'node:http';
import { keepBusy, workFor } from './busy.js';
import { clientOf, send } from './http-client.js';
import type { Load, Request } from './load.js';

/*
 * The load generator, a process of its own: `connections` clients, each of which sends its next request when it has
 * the answer to the last. The lists of requests are taken in order, so that no two of them are for the same thing.
 */

workFor<Load>(({ url, requests, plainly, ...pace }) => {
  const urls = [url].flat();
  return keepBusy(pace, (number) => {
    const to = new URL(urls[number % urls.length] ?? '');
    const http = clientOf(to);
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
