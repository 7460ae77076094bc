import { request, type IncomingMessage } from 'node:http';

export interface StreamEvent {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

/** A reader of the stream, as simple as can be: what it has got, and waiting for more. */
export class StreamReader {
  readonly events: StreamEvent[] = [];
  ended = false;
  /** The id of the newest heartbeat. */
  lastBeat = 0;
  private text = '';
  private response: IncomingMessage | undefined;
  private wake: () => void = () => undefined;

  /** @returns when the answer has begun */
  static async open(url: string, headers: Record<string, string>): Promise<StreamReader> {
    const reader = new StreamReader();
    await new Promise<void>((resolve, reject) => {
      const call = request(url, { headers }, (response) => {
        reader.response = response;
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => reader.read(chunk));
        response.on('error', () => undefined);
        response.on('close', () => {
          reader.ended = true;
          reader.wake();
        });
        resolve();
      });
      call.on('error', (error) => {
        reader.ended = true;
        reader.wake();
        reject(error);
      });
      call.end();
    });
    return reader;
  }

  get status(): number | undefined {
    return this.response?.statusCode;
  }

  get lastId(): number {
    return this.events[this.events.length - 1]?.id ?? 0;
  }

  of(event: string): StreamEvent[] {
    return this.events.filter((one) => one.event === event);
  }

  /** Waits until a condition holds; a test that waits for ever is ended by jest. */
  async until(condition: (reader: StreamReader) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Takes no more data, without closing. */
  stall(): void {
    this.response?.pause();
  }

  goOn(): void {
    this.response?.resume();
  }

  close(): void {
    this.response?.destroy();
  }

  private read(chunk: string): void {
    this.text += chunk;
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const event = field('event');
      if (event === undefined) {
        this.lastBeat = Number(field('id') ?? this.lastBeat);
        continue;
      }
      this.events.push({
        id: Number(field('id')),
        event,
        data: JSON.parse(field('data') ?? '{}') as Record<string, unknown>,
      });
    }
    this.wake();
  }
}
