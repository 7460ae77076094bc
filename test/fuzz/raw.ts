import { connect as connectSocket } from 'node:net';

/** A request as bytes: clients refuse to send what a hostile one would. Texts are latin-1, a character a byte. */
export interface RawRequest {
  method: string;
  /** With its query, as it goes over the wire. */
  path: string;
  headers: [name: string, value: string][];
  /** UTF-8. */
  body?: string;
}

export interface RawAnswer {
  status: number;
  contentType: string;
  headers: string;
  body: string;
}

/** Long enough for a busy machine; an answer that does not come is a failure. */
const PATIENCE_MS = 30_000;

/**
 * Sends a request on a connection of its own, and reads until its end.
 * @param until for answers that do not end: what is enough of the body
 */
export function sendRaw(url: string, request: RawRequest, until?: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const body = Buffer.from(request.body ?? '', 'utf8');
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    ...(request.body === undefined ? [] : [`Content-Length: ${body.length}`]),
    'Connection: close',
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return sendBytes(url, Buffer.concat([head, body]), until);
}

/** Sends any bytes at all. */
export function sendBytes(url: string, bytes: Buffer, until?: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connectSocket(Number(port), hostname, () => {
      socket.write(bytes);
    });
    socket.setTimeout(PATIENCE_MS, () =>
      socket.destroy(new Error(`no answer to ${bytes.subarray(0, 200).toString('latin1')}`)),
    );
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (until !== undefined && chunk.includes(until)) socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may answer and hang up before it was sent everything.
      if (chunks.length === 0 || error.code !== 'ECONNRESET') reject(error);
    });
    socket.on('close', () => {
      try {
        resolve(parse(Buffer.concat(chunks)));
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

function parse(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const headers = bytes.subarray(0, Math.max(end, 0)).toString('latin1');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1]);
  if (end === -1 || !status) throw new Error(`not an answer: ${bytes.subarray(0, 200).toString('latin1')}`);
  const contentType = /^content-type: *(.*)$/im.exec(headers)?.[1] ?? '';
  return { status, contentType, headers, body: bytes.subarray(end + 4).toString('utf8') };
}
