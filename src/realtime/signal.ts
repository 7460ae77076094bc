import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { EntityManager } from 'typeorm';
import { loadPart, REDIS } from '../config/optional-packages.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { Database } from '../database/database.js';
import { Listener } from '../database/listener.js';
import { RelayStore } from './relay.store.js';

/**
 * Tells every process that the log has grown: by PostgreSQL's NOTIFY, or by Redis when there is one. It is a hint:
 * who misses one finds the entries at the next look.
 */
@Injectable()
export class Signal implements OnModuleDestroy {
  private readonly logger = new Logger('Signal');
  private readonly connections: Redis[] = [];
  private publisher: Redis | undefined;
  private readonly channel: string;

  constructor(
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    private readonly listener: Listener,
    private readonly store: RelayStore,
    database: Database,
  ) {
    this.channel = database.channel('inbox');
  }

  /** Calls back whenever a process says that the log has grown. */
  async subscribe(heard: () => void): Promise<void> {
    if (!this.options.redisUrl) {
      await this.listener.on(this.channel, heard);
      this.listener.onReconnect(heard);
      return;
    }
    this.publisher = await this.connect(this.options.redisUrl);
    const subscriber = await this.connect(this.options.redisUrl);
    subscriber.on('message', heard);
    // Again after each lost connection; what was said meanwhile is looked up.
    subscriber.on('ready', () => {
      subscriber.subscribe(this.channel).then(heard, (error: Error) => this.warn(error));
    });
  }

  /** Within the relay's transaction: PostgreSQL sends its notifications at the commit. */
  async beforeCommit(manager: EntityManager, seq: string): Promise<void> {
    if (!this.options.redisUrl) await this.store.signal(manager, this.channel, seq);
  }

  /** After the relay's transaction. */
  afterCommit(seq: string): void {
    this.publisher?.publish(this.channel, seq).catch((error: Error) => this.warn(error));
  }

  onModuleDestroy(): void {
    for (const connection of this.connections) connection.disconnect();
  }

  private async connect(url: string): Promise<Redis> {
    // Loaded only where it is used: most servers have no Redis.
    const { Redis: Client } = await loadPart(REDIS, () => import('ioredis'));
    // Hints are not worth queueing while Redis is away: streams go on by looking.
    const client = new Client(url, {
      enableOfflineQueue: true,
      maxRetriesPerRequest: 1,
      // The client would do it without listening for its failure, which would end the whole process.
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
    });
    client.on('error', (error: Error) => this.warn(error));
    this.connections.push(client);
    return client;
  }

  private warn(error: Error): void {
    this.logger.warn(`Redis: ${error.message}`);
  }
}
