import type { ServerResponse } from 'node:http';

/** How long a reader may take for what fits into the socket's buffers; a phone in a tunnel needs some seconds. */
const PATIENCE_MS = 30_000;

/** setTimeout takes no longer one. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * One open connection of a page. Nothing is queued for it: while it cannot take more it is not live, and what it
 * misses meanwhile it reads from the log when it can. One that takes nothing for too long is cut off.
 */
export class Stream {
  /** The last entry of the log that the reader has, or need not have. */
  lastSeq = 0;
  private live = false;
  /** The newest entry that was announced while the stream was not live. */
  private missed = 0;
  /** Whether it was ended before anything of it was sent, so that its request is yet to be answered. */
  endedEarly = false;

  /**
   * @param behind called when the reader cannot keep up: it must be caught up before it is live again
   * @param expiresAt when the token ends, and with it the stream, in milliseconds since the epoch
   */
  constructor(
    readonly userId: string,
    private readonly response: ServerResponse,
    private readonly behind: () => void,
    private readonly expiresAt = Infinity,
  ) {
    if (expiresAt === Infinity) return;
    // Bounds it also when the clock is set back; for when it is set forward there is endIfOver.
    const timer = setTimeout(() => this.end(), Math.min(expiresAt - Date.now(), LONGEST_TIMER_MS));
    this.onClose(() => clearTimeout(timer));
  }

  get closed(): boolean {
    return this.response.closed || this.response.destroyed || this.response.writableEnded;
  }

  /** A reader may have left before the stream was made: no event would say so a second time. */
  onClose(listener: () => void): void {
    if (this.response.closed) listener();
    else this.response.once('close', listener);
  }

  /** Announces an entry of the log, as it comes. */
  push(seq: number, message: string): void {
    if (!this.live) {
      this.missed = Math.max(this.missed, seq);
    } else if (seq > this.lastSeq) {
      this.lastSeq = seq;
      this.writeLive(message);
    }
  }

  /** Announces something that has no place of its own in the log, and that a stream which catches up gets anyway. */
  pushAside(message: string): void {
    if (this.live) this.writeLive(message);
  }

  /**
   * Says that the connection lives, and how far the log was read for it: a page whose user is quiet resumes from there,
   * when the last entry of its own has long been deleted.
   * @param position up to which all entries have been announced to live streams
   */
  beat(position: number): void {
    if (!this.live) return;
    this.lastSeq = Math.max(this.lastSeq, position);
    // Without data it is no event to a page, which yet keeps the id (HTML, section 9.2.6).
    this.writeLive(`: still here\nid: ${this.lastSeq}\n\n`);
  }

  /** @returns false when something was announced that the stream has not read from the log yet */
  goLive(): boolean {
    this.live = this.missed <= this.lastSeq;
    return this.live;
  }

  /** @returns false when the reader should be waited for before more is written */
  write(text: string): boolean {
    return this.closed || this.response.write(text);
  }

  /** Waits until the reader has taken what was written; cuts it off when that takes too long. */
  async drained(): Promise<void> {
    if (this.closed || !this.response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.destroy(), PATIENCE_MS);
      const done = (): void => {
        clearTimeout(timer);
        this.response.off('drain', done).off('close', done);
        resolve();
      };
      this.response.once('drain', done).once('close', done);
    });
  }

  /** Ends it when its token has ended: the clock may have been set forward since the timer was. */
  endIfOver(now: number): void {
    if (now >= this.expiresAt) this.end();
  }

  end(): void {
    if (!this.response.headersSent) this.endedEarly = true;
    else if (!this.closed) this.response.end();
  }

  destroy(): void {
    this.response.destroy();
  }

  private writeLive(message: string): void {
    if (this.write(message)) return;
    this.live = false;
    this.behind();
  }
}
