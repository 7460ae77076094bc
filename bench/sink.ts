import { createServer } from 'node:http';

/*
 * A receiver of webhooks. `/ok` answers at once, `/hang` never does; `/stats` says what has arrived since `/reset`.
 */

let received = 0;
let firstAt = 0;
let lastAt = 0;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.url === '/ok') {
      lastAt = performance.now();
      if (received === 0) firstAt = lastAt;
      received += 1;
      response.writeHead(204).end();
    } else if (request.url === '/reset') {
      received = 0;
      response.writeHead(204).end();
    } else if (request.url === '/stats') {
      response.end(JSON.stringify({ received, milliseconds: lastAt - firstAt }));
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listens on http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
