import { connect, type Socket } from 'node:net';

/*
 * Many browsers with an open stream each, in one process. Sockets are written and read by hand: five thousand
 * whole HTTP clients would take the processor that the server needs.
 */

/** Opens `count` more streams, or tells what has arrived. */
export type StreamOrder = { open: { url: string; tokens: string[] } } | 'report';

/** Marks in the titles of events, and when each arrived (milliseconds since the epoch). */
export type StreamReport = [mark: string, at: number][];

/** So many connections are begun at once; a browser farm that opens all at once measures the listen queue. */
const WAVE = 100;

const arrivals: StreamReport = [];
const sockets: Socket[] = [];

function open(url: URL, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => {
      socket.write(
        `GET /v1/notifications/stream HTTP/1.1\r\nHost: ${url.host}\r\nAccept: text/event-stream\r\n` +
          `Authorization: Bearer ${token}\r\n\r\n`,
      );
    });
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a stream')));
    socket.on('data', (text: string) => {
      const at = performance.timeOrigin + performance.now();
      if (!text.includes('event: ')) return;
      for (const [mark] of text.matchAll(/mark-\d+/g)) arrivals.push([mark, at]);
      resolve();
    });
    sockets.push(socket);
  });
}

async function openAll(url: string, tokens: string[]): Promise<void> {
  for (let next = 0; next < tokens.length; next += WAVE) {
    await Promise.all(tokens.slice(next, next + WAVE).map((token) => open(new URL(url), token)));
  }
}

process.on('message', (order: StreamOrder) => {
  if (order === 'report') {
    process.send?.(arrivals.splice(0));
    return;
  }
  openAll(order.open.url, order.open.tokens).then(
    () => process.send?.('opened'),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
