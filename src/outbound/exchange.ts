import type { Dispatcher } from 'undici';

/** Of an answer, only this much is read: its status says everything, its body is looked at for a person. */
const MAX_ANSWER_BYTES = 16_384;

/**
 * As they come in: whichever is sent twice is a list. Node's own type says otherwise for the headers of which it takes
 * the first, and undici, which does not, is typed with it.
 */
export type AnswerHeaders = Record<string, string | string[] | undefined>;

/** A receiver's answer, its body cut. */
export interface RawAnswer {
  status: number;
  headers: AnswerHeaders;
  body: string;
}

/** The whole attempt took too long. */
export class AttemptTimeout extends Error {
  override readonly name = 'AttemptTimeout';
}

/**
 * Sends a request and reads the beginning of the answer. Written against undici's dispatcher and not its `request`,
 * whose stream and abort signal cost more than everything else about a small POST.
 * @param timeoutMs for all of it, from the connection to the last byte that is read
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  timeoutMs: number,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(options, new Exchange(timeoutMs, resolve, reject));
  });
}

/** Hears of one request, and settles once: by its end, its failure, its time-out, or having read enough. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private status: number | undefined;
  private headers: AnswerHeaders = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private settled = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    timeoutMs: number,
    private readonly resolve: (answer: RawAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.timer = setTimeout(() => this.cutOff(new AttemptTimeout()), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It waited for a connection until it was too late.
    if (this.settled) controller.abort(new AttemptTimeout());
  }

  onResponseStart(_controller: unknown, status: number, headers: AnswerHeaders): void {
    // Below 200 it is not the answer yet.
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    // The connection is closed: the rest is never received.
    if (this.size >= MAX_ANSWER_BYTES) this.cutOff(new Error('enough was read'));
  }

  onResponseEnd(): void {
    this.settle();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.settle(error);
  }

  private cutOff(reason: Error): void {
    this.settle(reason);
    this.controller?.abort(reason);
  }

  /** Where the status is known, a body that breaks off does not change it. */
  private settle(error?: Error): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.timer);
    if (this.status === undefined) return this.reject(error ?? new Error('no status'));
    const body = this.size === 0 ? '' : Buffer.concat(this.chunks).toString('utf8', 0, MAX_ANSWER_BYTES);
    this.resolve({ status: this.status, headers: this.headers, body });
  }
}
