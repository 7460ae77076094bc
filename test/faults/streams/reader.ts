import { request, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { tokenOf } from '../support/server.js';

export interface Frame {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

/** A page that follows its user's inbox, and comes back with the number of the last event that it got. */
export class Reader {
  /** The titles of the notifications that it was told of, in that order. */
  readonly titles: string[] = [];
  readonly ids: number[] = [];
  resets = 0;
  connections = 0;
  unread: unknown;
  private current: ClientRequest | undefined;
  private stopped = false;
  private readonly running: Promise<void>;

  /**
   * @param heard called with every event, in their order
   * @param lastEventId from where on it is told; undefined: from now on
   */
  constructor(
    readonly userId: string,
    private readonly url: () => string | undefined,
    private readonly heard: (frame: Frame) => void = () => undefined,
    private lastEventId?: string,
  ) {
    this.running = this.follow();
  }

  /** Loses the connection; it comes back by itself. */
  cut(): void {
    this.current?.destroy();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cut();
    await this.running;
  }

  private async follow(): Promise<void> {
    while (!this.stopped) {
      await this.connect().catch(() => undefined);
      if (!this.stopped) await sleep(100);
    }
  }

  private connect(): Promise<void> {
    const url = this.url();
    if (url === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.current = request(`${url}/v1/notifications/stream`, {
        agent: false,
        headers: {
          Authorization: `Bearer ${tokenOf(this.userId)}`,
          ...(this.lastEventId !== undefined && { 'Last-Event-ID': this.lastEventId }),
        },
      });
      this.current.on('error', reject).on('response', (response) => {
        if (response.statusCode !== 200) return void response.resume().on('close', resolve);
        this.connections += 1;
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const frames = (text + chunk).split('\n\n');
          text = frames.pop() ?? '';
          for (const frame of frames) this.take(frame);
        });
        response.on('error', () => undefined).on('close', resolve);
      });
      this.current.end();
    });
  }

  private take(text: string): void {
    const frame = parse(text);
    if (!frame) return;
    this.lastEventId = String(frame.id);
    this.heard(frame);
    if (frame.event === 'reset') this.resets += 1;
    if (frame.event === 'unread') this.unread = frame.data['count'];
    if (frame.event !== 'notification') return;
    this.ids.push(frame.id);
    this.titles.push((frame.data['notification'] as { title: string }).title);
  }
}

function parse(text: string): Frame | undefined {
  const fields = new Map(
    text.split('\n').map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const [id, event, data] = ['id', 'event', 'data'].map((name) => fields.get(name));
  if (id === undefined || event === undefined || data === undefined) return undefined;
  return { id: Number(id), event, data: JSON.parse(data) as Record<string, unknown> };
}
