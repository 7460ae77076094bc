import { Injectable, Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { CarillonError, invalidInput } from '../common/errors.js';
import { LogStore, type StreamCounts } from './log.store.js';
import { countsMessage, entryMessage, sse } from './messages.js';
import { StreamHub } from './stream-hub.js';
import { Stream } from './stream.js';

/** Entries that are read from the log at once for a stream that catches up. */
const BATCH = 200;

export interface OpenStream {
  userId: string;
  /** When the user's token ends, in milliseconds since the epoch. */
  expiresAt?: number;
  /** The `Last-Event-ID` of a page that comes back. */
  lastEventId?: string;
  /** Those that the server has set already. */
  headers: Record<string, string | string[] | number | undefined>;
  /** Called before the first byte: from then on the response is the stream's. */
  begun: () => void;
}

/** Opens streams: catches up from the database, then goes live, without a gap and without an event twice. */
@Injectable()
export class StreamsService {
  private readonly logger = new Logger('Streams');

  constructor(
    private readonly hub: StreamHub,
    private readonly log: LogStore,
  ) {}

  /**
   * @throws CarillonError `overloaded` when there are too many streams; `unavailable` when the server stops or
   *   the token ends meanwhile; `invalid_input` for a request that was sent
   *   before the one ahead of it on its connection was answered
   */
  async open(response: ServerResponse, options: OpenStream): Promise<void> {
    // It waits for the answer ahead, perhaps for ever, and never hears that the connection has ended.
    if (response.socket === null) {
      throw invalidInput([{ path: '', message: 'a stream needs a connection that answers nothing else' }]);
    }
    const stream = new Stream(
      options.userId,
      response,
      () => void this.keepUp(stream, true),
      options.expiresAt,
    );
    let gap: boolean;
    let counts: StreamCounts;
    try {
      // Known to the hub before the log's end is read: what is announced from now on is at least noted as missed.
      await this.hub.add(stream);
      gap = await this.position(stream, options.lastEventId);
      counts = await this.counts(stream);
      // An empty answer would be no stream, and a browser's EventSource never asks again after one.
      if (stream.endedEarly)
        throw new CarillonError('unavailable', 'The stream ended before it began.', undefined, 1);
    } catch (error) {
      this.hub.remove(stream);
      throw error;
    }
    options.begun();
    response.writeHead(200, {
      ...options.headers,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      // nginx would hold the events back.
      'X-Accel-Buffering': 'no',
      // Kept alive after the stream's end, the connection would hold up the end of the process.
      Connection: 'close',
    });
    // Two seconds until a browser comes back after a lost connection.
    stream.write('retry: 2000\n\n');
    if (gap) stream.write(sse('reset', '{}', stream.lastSeq));
    stream.write(countsMessage(counts, stream.lastSeq));
    await this.keepUp(stream, false);
  }

  /** Finds where the stream begins. @returns whether what it missed cannot be known */
  private async position(stream: Stream, lastEventId: string | undefined): Promise<boolean> {
    const { newest, pruned } = await this.log.bounds();
    stream.lastSeq = newest;
    if (lastEventId === undefined) return false;
    const from = /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : -1;
    // Pruned since then, or the number of another database.
    if (from < pruned || from > newest) return true;
    stream.lastSeq = from;
    return false;
  }

  /**
   * Brings a stream up to date and sets it live. A reader that is cut off comes back and resumes.
   * @param behind whether it has missed a count already
   */
  private async keepUp(stream: Stream, behind: boolean): Promise<void> {
    try {
      await stream.drained();
      await this.catchUp(stream, behind);
    } catch (error) {
      this.logger.warn(`a stream was cut off: ${(error as Error).message}`);
      stream.destroy();
    }
  }

  private async catchUp(stream: Stream, behind: boolean): Promise<void> {
    const { newest, pruned } = await this.log.bounds();
    if (stream.lastSeq < pruned) {
      stream.lastSeq = newest;
      stream.write(sse('reset', '{}', newest));
    }
    while (!stream.closed) {
      const entries = await this.log.ofUserSince(stream.userId, stream.lastSeq, BATCH);
      const [contents, counts] = await Promise.all([this.hub.contents(entries), this.counts(stream)]);
      for (const entry of entries) {
        stream.lastSeq = entry.seq;
        const message = entryMessage(entry, contents);
        if (message !== undefined && !stream.write(message)) await stream.drained();
      }
      behind ||= entries.length > 0;
      if (entries.length === 0 && stream.goLive()) {
        // The count was read before: what comes live from here on brings a newer one.
        if (behind) stream.pushAside(countsMessage(counts, stream.lastSeq));
        return;
      }
    }
  }

  private async counts({ userId }: Stream): Promise<StreamCounts> {
    return (await this.log.counts([userId])).get(userId) ?? { unread: 0, unseen: null };
  }
}
