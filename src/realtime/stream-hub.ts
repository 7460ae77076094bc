import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CarillonError } from '../common/errors.js';
import { LogStore, type LogEntry } from './log.store.js';
import { countsMessage, entryMessage, type Contents } from './messages.js';
import { Relay } from './relay.js';
import { Signal } from './signal.js';
import type { Stream } from './stream.js';

/** In one process, at some 25 KB each. */
const MAX_STREAMS = 20_000;
/** Of one user: more are a client that opens streams without closing them. */
const MAX_STREAMS_PER_USER = 500;
/** Proxies commonly cut connections that are silent for 30 or 60 s. */
const HEARTBEAT_MS = 15_000;
/** Looks at the log without a hint, in case one was lost. */
const LOOK_MS = 1_000;
/** Entries of one read of the log. */
const BATCH = 2_000;

/** The open streams of this process, by their users, and the reading of the log for them. */
@Injectable()
export class StreamHub implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Streams');
  private readonly streams = new Map<string, Set<Stream>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private size = 0;
  private beats = 0;
  /** How far the log has been read; undefined while there is no stream. */
  private position: number | undefined;
  private beginning: Promise<void> | undefined;
  private reading: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly log: LogStore,
    private readonly relay: Relay,
    private readonly signal: Signal,
  ) {}

  onApplicationBootstrap(): void {
    this.relay.onLogged(() => this.look());
    // Not awaited: the start does not depend on hints, and a lost connection to them comes back by itself.
    this.signal.subscribe(() => this.look()).catch((error: Error) => this.logger.warn(error.message));
    this.timers.push(
      setInterval(() => this.look(), LOOK_MS),
      setInterval(() => this.beat(), HEARTBEAT_MS / 15),
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.timers.forEach(clearInterval);
    for (const streams of this.streams.values()) for (const stream of streams) stream.end();
    await this.reading;
  }

  /**
   * From its return on, the stream gets everything that is added to the log.
   * @throws CarillonError `overloaded` when there are too many streams, of this user or in all
   */
  async add(stream: Stream): Promise<void> {
    const ofUser = this.streams.get(stream.userId) ?? new Set();
    if (this.stopped || this.size >= MAX_STREAMS || ofUser.size >= MAX_STREAMS_PER_USER) {
      throw new CarillonError('overloaded', 'There are too many open streams.', undefined, 5);
    }
    this.streams.set(stream.userId, ofUser.add(stream));
    this.size += 1;
    stream.onClose(() => this.remove(stream));
    if (this.position === undefined) await (this.beginning ??= this.begin());
  }

  remove(stream: Stream): void {
    const ofUser = this.streams.get(stream.userId);
    if (!ofUser?.delete(stream)) return;
    this.size -= 1;
    if (ofUser.size === 0) this.streams.delete(stream.userId);
    // The last one: the next stream begins at the log's end of that time.
    if (this.size === 0) this.position = undefined;
  }

  private async begin(): Promise<void> {
    try {
      const { newest } = await this.log.bounds();
      // All may have left meanwhile: without streams the log is not read.
      if (this.size > 0) this.position = newest;
    } finally {
      this.beginning = undefined;
    }
  }

  /** What the entries refer to, in one query for each kind of thing. */
  async contents(entries: LogEntry[]): Promise<Contents> {
    const keys = entries.flatMap(({ userId, notificationId }) =>
      notificationId ? [{ userId, id: notificationId }] : [],
    );
    const events = entries.flatMap(({ kind, eventId }) => (kind === 'toast' && eventId ? [eventId] : []));
    const [notifications, toasts] = await Promise.all([
      keys.length > 0 ? this.log.notifications(keys) : new Map<string, never>(),
      events.length > 0 ? this.log.toasts(events) : new Map<string, never>(),
    ]);
    return { notifications, toasts };
  }

  /** Reads the log on, once at a time; a call while it reads makes it read once more. */
  private look(): void {
    if (this.position === undefined || this.stopped) return;
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = this.read()
      .catch((error: Error) => this.logger.warn(`cannot read the log: ${error.message}`))
      .finally(() => {
        this.reading = undefined;
        if (this.again) {
          this.again = false;
          this.look();
        }
      });
  }

  private async read(): Promise<void> {
    let position = this.position;
    for (let full = true; full && position !== undefined && !this.stopped;) {
      const entries = await this.log.since(position, BATCH);
      const last = entries[entries.length - 1];
      if (!last) return;
      await this.publish(
        entries.filter(({ userId }) => this.streams.has(userId)),
        last.seq,
      );
      // All have left meanwhile, and who came since begins at the log's end of that time.
      if (this.position !== position) return;
      position = this.position = last.seq;
      full = entries.length === BATCH;
    }
  }

  private async publish(entries: LogEntry[], lastSeq: number): Promise<void> {
    if (entries.length === 0) return;
    const userIds = [...new Set(entries.map(({ userId }) => userId))];
    const [contents, counts] = await Promise.all([this.contents(entries), this.log.counts(userIds)]);
    for (const entry of entries) {
      const message = entryMessage(entry, contents);
      if (message === undefined) continue;
      for (const stream of this.streams.get(entry.userId) ?? []) stream.push(entry.seq, message);
    }
    for (const [userId, ofUser] of counts) {
      const message = countsMessage(ofUser, lastSeq);
      for (const stream of this.streams.get(userId) ?? []) stream.pushAside(message);
    }
  }

  /** A fifteenth of the streams at a time: five thousand writes at once would hold up everything else. */
  private beat(): void {
    this.beats = (this.beats + 1) % 15;
    let index = 0;
    const now = Date.now();
    for (const streams of this.streams.values()) {
      for (const stream of streams) {
        stream.endIfOver(now);
        if (index % 15 === this.beats) stream.beat(this.position ?? 0);
        index += 1;
      }
    }
  }
}
