import { setTimeout as sleep } from 'node:timers/promises';
import { asUser } from '../support/api.js';
import { Reader, type Frame } from './reader.js';

export interface Row {
  id: string;
  read_at: string | null;
}

interface Said {
  all?: boolean;
  notification?: Row;
  replaces?: string;
  ids?: string[];
  read_at?: string | null;
}

/** A page that shows an inbox by doing what its stream says, from the first event on. */
export class Page {
  readonly reader: Reader;
  private rows = new Map<string, Row>();
  /** The last event that is done. */
  private lastId = 0;
  private working: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    readonly userId: string,
    private readonly url: () => string | undefined,
  ) {
    this.reader = new Reader(userId, url, (frame) => this.hear(frame), '0');
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.reader.stop();
    await this.working;
  }

  /** Newest first, once it knows of everything up to an event. */
  async shownAfter(id: number): Promise<string[]> {
    while (this.lastId < id) await sleep(20);
    return [...this.rows.values()].map(shown).sort().reverse();
  }

  private hear(frame: Frame): void {
    this.working = this.working.then(() => this.take(frame));
  }

  private async take({ id, event, data }: Frame): Promise<void> {
    const said = data as Said;
    if (said.all || event === 'reset') await this.reload();
    else this.apply(event, said);
    this.lastId = id;
  }

  private apply(event: string, { notification, replaces, ids = [], read_at = null }: Said): void {
    if (event === 'notification' && notification) {
      this.rows.delete(replaces ?? '');
      this.rows.set(notification.id, notification);
    }
    if (event === 'moved' && notification) this.rows.delete(notification.id);
    for (const id of ids) {
      if (event === 'read' && this.rows.has(id)) this.rows.set(id, { id, read_at });
      if (event === 'deleted') this.rows.delete(id);
    }
  }

  /** Which rows a change of many was about only the server knows: it may be announced after others that it did not find. */
  private async reload(): Promise<void> {
    for (; !this.stopped; await sleep(50)) {
      const rows = await listOf(this.url(), this.userId).catch(() => undefined);
      if (!rows) continue;
      this.rows = new Map(rows.map((row) => [row.id, row]));
      return;
    }
  }
}

export const shown = ({ id, read_at }: Row) => `${id} ${read_at}`;

/** Some rows of a user, newest first: with no query those of the inbox. */
export async function listOf(url: string | undefined, user: string, query = ''): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: unknown = ''; cursor !== null;) {
    const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
    const { body } = await asUser(String(url), user, 'GET', `/v1/notifications?limit=200${query}${from}`);
    rows.push(...(body['notifications'] as Row[]));
    cursor = body['cursor'] ?? null;
  }
  return rows;
}
