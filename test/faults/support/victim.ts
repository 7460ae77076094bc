import { Proxy } from './proxy.js';
import { Server } from './server.js';

/** A server that is killed at a step, beside one that survives it and then does what is left to do. */
export class Victim {
  private constructor(
    /** Its way to the database, on which it is stopped at the step. */
    readonly way: Proxy,
    readonly server: Server & { url: string },
    private readonly survivor: Server,
  ) {}

  /** The survivor stands still from then on: it would take the work at once, and it is the victim that has to have it. */
  static async start(
    { database, survivor }: { database: { url: string }; survivor: Server },
    settings: Record<string, string> = {},
  ): Promise<Victim> {
    const way = await Proxy.start(database.url);
    const server = await Server.start({ DATABASE_URL: way.url, ...settings });
    survivor.child.kill('SIGSTOP');
    return new Victim(way, server, survivor);
  }

  get url(): string {
    return this.server.url;
  }

  /** It stands still while something is done, so that it comes upon all of it at once. */
  async meanwhile(work: () => Promise<unknown>): Promise<void> {
    this.server.child.kill('SIGSTOP');
    await work();
    this.server.child.kill('SIGCONT');
  }

  /** Kills it where it is, which is at the step once `way` has been broken. */
  async kill(): Promise<void> {
    await this.way.broken(1);
    await this.server.kill();
    this.way.cut();
  }

  /** The survivor goes on. */
  goOn(): void {
    this.survivor.child.kill('SIGCONT');
  }

  /** However the test went. */
  async end(): Promise<void> {
    this.goOn();
    await this.server.kill();
    await this.way.stop();
  }
}
