import { createServer } from 'node:http';
import { listenSmtp } from './smtp.js';

/*
 * A receiver of webhooks, pushes and mails. `/ok` and what begins with it answers at once, `/hang` never does; `/smtp` says where mails go, `/mail` has the last
 * of them; `/stats` says how much has arrived since `/reset`.
 */

let received = 0;
let firstAt = 0;
let lastAt = 0;
let lastMail = '';

function count(): void {
  lastAt = performance.now();
  if (received === 0) firstAt = lastAt;
  received += 1;
}

const smtpUrl = await listenSmtp((mail) => {
  lastMail = mail;
  count();
});

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.url?.startsWith('/ok')) {
      count();
      response.writeHead(204).end();
    } else if (request.url === '/smtp') {
      response.end(smtpUrl);
    } else if (request.url === '/mail') {
      response.end(lastMail, 'latin1');
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
