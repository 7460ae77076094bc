import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { Resolve } from '../../../src/outbound/resolver.js';

/** A DNS server whose every next answer for a name can be another one: what a rebinding attacker runs. */
export class RebindingDns {
  readonly questions: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly answers: Record<string, string[][]>,
  ) {}

  /** @param answers for each name, the addresses of the first answer, of the second, …; the last one stays */
  static async start(answers: Record<string, string[][]>): Promise<RebindingDns> {
    const socket = createSocket('udp4');
    const server = new RebindingDns(socket, answers);
    socket.on('message', (query, peer) => socket.send(server.reply(query), peer.port, peer.address));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return server;
  }

  get resolve(): Resolve {
    // One try, or a question of a busy machine would come twice; it is here, and loses none.
    const resolver = new Resolver({ timeout: 20_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${this.socket.address().port}`]);
    return (host) => resolver.resolve4(host);
  }

  stop(): void {
    this.socket.close();
  }

  private reply(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.');
    this.questions.push(name);
    const left = this.answers[name] ?? [[]];
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];

    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) => {
      // A pointer to the name in the question, type A, class IN, a TTL of none, four bytes of address.
      const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
      Buffer.from(address.split('.').map(Number)).copy(record, 12);
      return record;
    });
    return Buffer.concat([header, query.subarray(12, at + 5), ...records]);
  }
}
