import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  randomUUID,
  verify,
  type ECDH,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VAPID } from '../../../support/push.js';

/** What a service worker is told. */
export interface Told {
  id: string;
  type: string;
  level: string;
  title: string;
  body: string | null;
  link: string | null;
  tag: string;
}

/** A push as the service took it from the sender. */
export interface ReceivedPush {
  browser: Browser | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export type Respond = (push: ReceivedPush, response: ServerResponse) => void;

/** Has keys that nobody else has, as a real one. */
export class Browser {
  private readonly keys: ECDH = createECDH('prime256v1');
  private readonly auth = randomBytes(16);
  readonly path = `/push/${randomUUID()}`;

  constructor(private readonly service: PushService) {
    this.keys.generateKeys();
  }

  /** What `PushSubscription.toJSON()` says. */
  get subscription() {
    return {
      endpoint: this.service.url + this.path,
      expirationTime: null,
      keys: { p256dh: this.keys.getPublicKey('base64url'), auth: this.auth.toString('base64url') },
    };
  }

  /** RFC 8188 and RFC 8291, as a browser does it. @throws when the push is not for it, or was changed */
  read(body: Buffer): Told {
    const salt = body.subarray(0, 16);
    const idLength = body.readUInt8(20);
    const senderKey = body.subarray(21, 21 + idLength);
    const encrypted = body.subarray(21 + idLength);
    const derive = (key: Buffer, from: Buffer, info: Buffer, length: number) =>
      Buffer.from(hkdfSync('sha256', key, from, info, length));
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.keys.getPublicKey(), senderKey]);
    const secret = derive(this.keys.computeSecret(senderKey), this.auth, info, 32);
    const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(encrypted.subarray(-16));
    const padded = Buffer.concat([decipher.update(encrypted.subarray(0, -16)), decipher.final()]);
    const end = padded.lastIndexOf(2);
    if (body.readUInt32BE(16) < encrypted.length || end < 0) throw new Error('more than one record');
    return JSON.parse(padded.toString('utf8', 0, end)) as Told;
  }
}

/** A real push service on a port of its own, as strict as those of browsers. */
export class PushService {
  readonly received: ReceivedPush[] = [];
  private readonly browsers = new Map<string, Browser>();

  private constructor(private readonly server: Server) {}

  /** @param respond what a push that is right is answered: 201 unless said */
  static async start(respond: Respond = answer(201)): Promise<PushService> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const browser = service.browsers.get(request.url ?? '');
        const push = { browser, headers: request.headers, body: Buffer.concat(chunks) };
        service.received.push(push);
        const problem = service.problemOf(push);
        if (problem) response.writeHead(...problem).end();
        else respond(push, response);
      });
    });
    const service = new PushService(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A browser that somebody allows to show pushes. */
  browser(): Browser {
    const browser = new Browser(this);
    this.browsers.set(browser.path, browser);
    return browser;
  }

  /** What the browser's service worker is told, in the order in which it came. */
  told(browser: Browser): Told[] {
    return this.received.filter((push) => push.browser === browser).map(({ body }) => browser.read(body));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private problemOf({ browser, headers, body }: ReceivedPush): [number, string] | undefined {
    if (!browser) return [404, 'no such subscription'];
    const token = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(headers.authorization ?? '');
    if (!token) return [401, 'no token'];
    const [, head = '', claims = '', signature = '', key = ''] = token;
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const signed = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<
      string,
      unknown
    >;
    const inADay = Date.now() / 1000 + 24 * 3600;
    if (!signed || aud !== this.url || sub !== VAPID.subject || Number(exp) > inADay)
      return [403, 'bad token'];
    if (headers['content-encoding'] !== 'aes128gcm' || !/^\d+$/.test(String(headers['ttl'])))
      return [400, 'bad'];
    return body.length > 4096 ? [413, 'too much'] : undefined;
  }
}

export function answer(status: number, headers: Record<string, string> = {}, body = ''): Respond {
  return (_push, response) => void response.writeHead(status, headers).end(body);
}

export const hang: Respond = () => undefined;
