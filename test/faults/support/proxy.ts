import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to a connection from a certain moment on. */
type Fault =
  /** What PostgreSQL answers does not arrive. What it is asked does, and is done. */
  | 'hold answers'
  /** Neither does what it is asked; nobody is told. */
  | 'silent'
  /** What it is asked arrives when the proxy goes on. */
  | 'wait'
  /** What it is asked arrives, and is its last: the connection is cut while PostgreSQL works on it. */
  | 'reset';

interface Pair {
  client: Socket;
  upstream: Socket;
  fault: Fault | undefined;
  /** What waits. */
  kept: Buffer[];
}

/** A TCP proxy between a server and its PostgreSQL, which breaks connections in the ways in which networks do. */
export class Proxy {
  private readonly pairs = new Set<Pair>();
  private readonly triggers: { text: string; fault: Fault; after: string | undefined }[] = [];
  private readonly struck: (() => void)[] = [];
  private faults = 0;

  private constructor(
    private readonly server: Server,
    /** The database, by way of the proxy. */
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<Proxy> {
    const { hostname, port } = new URL(databaseUrl);
    const server = createServer((client) => proxy.open(client, Number(port), hostname));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = new Proxy(server, url.href);
    return proxy;
  }

  /** How many connections the server still holds that {@link silence} has broken. */
  get silent(): number {
    return [...this.pairs].filter(({ client, fault }) => fault === 'silent' && !client.destroyed).length;
  }

  /**
   * Ends some connections in the middle of whatever they do: half of them politely, half with a reset.
   * @returns how many that the server still held
   */
  cut(which: (index: number) => boolean = () => true): number {
    let held = 0;
    [...this.pairs].forEach(({ client, upstream }, index) => {
      if (!which(index)) return;
      held += client.destroyed ? 0 : 1;
      if (index % 2 === 0) client.destroy();
      else reset(client);
      upstream.destroy();
    });
    return held;
  }

  /** From now on nothing passes through the present connections any more, and nobody is told. New ones work. */
  silence(): void {
    for (const pair of this.pairs) pair.fault = 'silent';
  }

  /**
   * Breaks a connection when this text is about to be sent through it, such as the name of a statement.
   * @param after a text that must have been sent before, from now on
   */
  breakOn(text: string, fault: Fault, after?: string): void {
    this.triggers.push({ text, fault, after });
  }

  /** From now on no text breaks a connection. */
  breakNoMore(): void {
    this.triggers.length = 0;
  }

  /** From now on everything passes through the connections that wait, and no text breaks one. */
  goOn(): void {
    this.breakNoMore();
    this.faults = 0;
    for (const pair of this.pairs) {
      if (pair.fault !== 'wait') continue;
      pair.fault = undefined;
      for (const chunk of pair.kept.splice(0)) pair.upstream.write(chunk);
    }
  }

  /** Waits until so many connections have been broken by {@link breakOn}. */
  async broken(count: number): Promise<void> {
    while (this.faults < count) await new Promise<void>((resolve) => this.struck.push(resolve));
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private open(client: Socket, port: number, host: string): void {
    const upstream = connect(port, host);
    const pair: Pair = { client, upstream, fault: undefined, kept: [] };
    this.pairs.add(pair);
    client.on('data', (chunk) => {
      this.trigger(pair, chunk);
      if (pair.fault === 'wait') pair.kept.push(chunk);
      else if (pair.fault !== 'silent') upstream.write(chunk);
      if (pair.fault !== 'reset') return;
      reset(client);
      // PostgreSQL is to get what was written: a reset would take it back.
      upstream.end();
    });
    upstream.on('data', (chunk) => {
      if (pair.fault === undefined || pair.fault === 'wait') client.write(chunk);
    });
    const ends: [Socket, Socket][] = [
      [client, upstream],
      [upstream, client],
    ];
    for (const [one, other] of ends) {
      one.on('error', () => undefined);
      one.on('close', () => {
        if (other.destroyed) this.pairs.delete(pair);
        else if (pair.fault === undefined) other.destroy();
      });
    }
  }

  private trigger(pair: Pair, chunk: Buffer): void {
    const hit =
      pair.fault === undefined &&
      this.triggers.find(({ text, after }) => after === undefined && chunk.includes(text));
    for (const trigger of this.triggers) {
      if (trigger.after !== undefined && chunk.includes(trigger.after)) trigger.after = undefined;
    }
    if (!hit) return;
    pair.fault = hit.fault;
    this.faults += 1;
    for (const resolve of this.struck.splice(0)) resolve();
  }
}

/** One that is being shut down cannot be reset: libuv refuses that, and Node then waits for its handle when the process ends. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
