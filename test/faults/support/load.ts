import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../support/random.js';
import { tokenOf } from './server.js';

/** An event that was sent, and what its sender knows of it. */
export interface SentEvent {
  title: string;
  userIds: string[];
  /** Sent again under the same key until it is answered; without one it is sent once. */
  key: string | undefined;
  /** The server has said that it is stored. */
  acknowledged: boolean;
}

export interface LoadOptions {
  /** Where the server listens now; undefined while there is none. */
  url: () => string | undefined;
  apiKey: string;
  users: string[];
  seed: number;
  /** Senders and readers that work at the same time. */
  senders?: number;
  readers?: number;
  /** Between two events of a sender. */
  pauseMs?: number;
}

/** What a killed server, or one without its database, may answer; anything else is a defect. */
const EXPECTED = new Set([200, 201, 409, 503]);

/** Often enough to meet every state of the server, and little beside the load. */
const LIVE_EVERY_MS = 50;

function count(answers: Map<number, number>, status: number): void {
  answers.set(status, (answers.get(status) ?? 0) + 1);
}

/** Services that send events and users who read them, all at once, and a record of what they were told. */
export class Load {
  readonly events: SentEvent[] = [];
  /** Notifications that were marked as read, and the server said so. */
  readonly read = new Set<string>();
  /** How many requests were answered with each status; 0 is for those that were not answered. */
  readonly answers = new Map<number, number>();
  /** Answers that there must not be. */
  readonly unexpected: string[] = [];
  /** Answers of 503 without a Retry-After. */
  withoutRetryAfter = 0;
  /** How many times `/health/live` was answered with each status; 0 as above. */
  readonly live = new Map<number, number>();
  private readonly random: () => number;
  private readonly tokens = new Map<string, string>();
  private running: Promise<unknown> = Promise.resolve();
  private stopped = true;
  private abandoned = false;

  constructor(private readonly options: LoadOptions) {
    this.random = seeded(options.seed);
  }

  start(): void {
    this.stopped = false;
    const { senders = 6, readers = 2 } = this.options;
    this.running = Promise.all([
      ...Array.from({ length: senders }, () => this.send()),
      ...Array.from({ length: readers }, () => this.readSome()),
      this.askWhetherAlive(),
    ]);
  }

  /** Events with a key are sent until they are acknowledged, so there must be a server at the end. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Ends it also where there is no server any more: for the end of a test that has failed. */
  abandon(): void {
    this.stopped = true;
    this.abandoned = true;
  }

  private async send(): Promise<void> {
    while (!this.stopped) {
      const number = this.events.length;
      const event: SentEvent = {
        title: `event ${this.options.seed}-${number}`,
        userIds: this.someUsers(),
        key: number % 2 === 0 ? `key ${this.options.seed}-${number}` : undefined,
        acknowledged: false,
      };
      this.events.push(event);
      do {
        event.acknowledged = await this.post(event);
        await sleep(this.options.pauseMs ?? 5);
      } while (!event.acknowledged && event.key !== undefined && !this.abandoned);
    }
  }

  /** @returns whether it was taken: 201, or 200 when it had been taken before under its key */
  private async post({ title, userIds, key }: SentEvent): Promise<boolean> {
    const { status } = await this.request('POST', '/v1/events', {
      headers: { 'X-API-Key': this.options.apiKey, ...(key !== undefined && { 'Idempotency-Key': key }) },
      body: { type: 'job_failed', user_ids: userIds, title, body: 'The disk is full.' },
    });
    return status === 201 || status === 200;
  }

  private async readSome(): Promise<void> {
    while (!this.stopped) {
      const headers = { Authorization: `Bearer ${this.tokenOf(this.pick(this.options.users))}` };
      const list = await this.request('GET', '/v1/notifications?read_state=unread&limit=5', { headers });
      const ids = (list.body?.['notifications'] ?? []) as { id: string }[];
      if (ids.length === 0) await sleep(20);
      for (const { id } of ids.slice(0, 2)) {
        const { status } = await this.request('PATCH', `/v1/notifications/${id}`, {
          headers,
          body: { read: true },
        });
        if (status === 200) this.read.add(id);
      }
    }
  }

  /** Whatever would restart a process that does not live asks all the while. */
  private async askWhetherAlive(): Promise<void> {
    while (!this.stopped) {
      const url = this.options.url();
      if (url !== undefined) {
        const answer = fetch(`${url}/health/live`).then(async (response) => {
          await response.text();
          return response.status;
        });
        count(this.live, await answer.catch(() => 0));
      }
      await sleep(LIVE_EVERY_MS);
    }
  }

  private async request(
    method: string,
    path: string,
    { headers, body }: { headers: Record<string, string>; body?: unknown },
  ): Promise<{ status: number; body?: Record<string, unknown> }> {
    const url = this.options.url();
    if (url === undefined) {
      await sleep(10);
      return { status: 0 };
    }
    try {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      count(this.answers, response.status);
      if (!EXPECTED.has(response.status))
        this.unexpected.push(`${response.status} ${method} ${path} ${text}`);
      if (response.status === 503 && !response.headers.has('Retry-After')) this.withoutRetryAfter += 1;
      return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
    } catch {
      count(this.answers, 0);
      return { status: 0 };
    }
  }

  private someUsers(): string[] {
    const count = 1 + Math.floor(this.random() * 3);
    return [...new Set(Array.from({ length: count }, () => this.pick(this.options.users)))];
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  private tokenOf(userId: string): string {
    const token = this.tokens.get(userId) ?? tokenOf(userId);
    this.tokens.set(userId, token);
    return token;
  }
}
