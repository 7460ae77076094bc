import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DatabaseClient } from './client.js';
import { connectionConfig } from './connection.js';

type Handler = (payload: string) => void;

/** The first wait after a lost connection, and the longest one. */
const BACK_OFF_MS = { first: 100, longest: 5_000 };

/** A connection that died without a word (a cut cable, a dropped NAT entry) is noticed by a failing query. */
const PROBE_INTERVAL_MS = 30_000;

/**
 * One connection of its own that LISTENs for the whole process. A notification is a hint and may get lost:
 * listeners that depend on it register with {@link onReconnect} and catch up there.
 */
export class Listener {
  private readonly logger = new Logger('Listener');
  private readonly handlers = new Map<string, Set<Handler>>();
  private readonly reconnectHandlers = new Set<() => void>();
  private client: pg.Client | undefined;
  private starting: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private probe: NodeJS.Timeout | undefined;
  private failures = 0;
  private hadConnection = false;
  private closed = false;

  constructor(private readonly url: string) {}

  /** Whether notifications arrive at present. */
  get connected(): boolean {
    return this.client !== undefined;
  }

  /**
   * Calls `handler` with the payload of every notification on `channel`. The first call opens the connection.
   * @param channel a plain lower-case name, such as `carillon_keys`
   * @returns resolves when notifications arrive, or when the first attempt to connect has failed (others follow,
   *   and `connected` says so); the function that it resolves to removes the handler
   */
  async on(channel: string, handler: Handler): Promise<() => void> {
    const handlers = this.handlers.get(channel) ?? new Set();
    this.handlers.set(channel, handlers);
    handlers.add(handler);
    if (this.client) await listen(this.client, channel);
    else await this.start();
    return () => void handlers.delete(handler);
  }

  /** Calls `handler` after every gap: notifications may have been missed meanwhile. Returns its removal. */
  onReconnect(handler: () => void): () => void {
    this.reconnectHandlers.add(handler);
    return () => void this.reconnectHandlers.delete(handler);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.probe);
    await this.starting;
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private start(): Promise<void> {
    this.starting ??= this.connect().finally(() => (this.starting = undefined));
    return this.starting;
  }

  private async connect(): Promise<void> {
    clearTimeout(this.timer);
    const client = new DatabaseClient(connectionConfig(this.url, 'carillon-listener'));
    client.on('notification', ({ channel, payload }) => this.dispatch(channel, payload ?? ''));
    // However a connection ends, it ends once.
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      for (const channel of this.handlers.keys()) await listen(client, channel);
    } catch (error) {
      await client.end().catch(() => undefined);
      this.retry(error);
      return;
    }
    if (this.closed) {
      await client.end().catch(() => undefined);
      return;
    }
    this.client = client;
    this.failures = 0;
    this.startProbe(client);
    if (this.hadConnection) for (const handler of this.reconnectHandlers) this.call(handler);
    this.hadConnection = true;
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    clearInterval(this.probe);
    this.retry(new Error('the connection was closed'));
  }

  private retry(error: unknown): void {
    if (this.closed) return;
    if (this.failures === 0)
      this.logger.warn(`lost the connection that listens, connecting again: ${String(error)}`);
    const wait = Math.min(BACK_OFF_MS.longest, BACK_OFF_MS.first * 2 ** this.failures++);
    this.timer = setTimeout(() => void this.start(), wait);
  }

  private startProbe(client: pg.Client): void {
    this.probe = setInterval(() => {
      const timer = setTimeout(() => void client.end().catch(() => undefined), PROBE_INTERVAL_MS / 2);
      client.query('SELECT 1').then(
        () => clearTimeout(timer),
        () => clearTimeout(timer),
      );
    }, PROBE_INTERVAL_MS);
    this.probe.unref();
  }

  private dispatch(channel: string, payload: string): void {
    for (const handler of this.handlers.get(channel) ?? []) this.call(() => handler(payload));
  }

  /** A handler that fails must not take the others, or the connection, with it. */
  private call(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      this.logger.error('a listener failed', error instanceof Error ? error.stack : String(error));
    }
  }
}

async function listen(client: pg.Client, channel: string): Promise<void> {
  await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
}
