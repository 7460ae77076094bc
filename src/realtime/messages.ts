import type { Extras } from '../notifications/extras.js';
import type { LogEntry, LogScope, StreamCounts, StreamRow } from './log.store.js';

/** What the entries refer to, looked up once for all of them. */
export interface Contents {
  /** Notifications by id. */
  notifications: ReadonlyMap<string, StreamRow>;
  /** The JSON of toasts by event id. */
  toasts: ReadonlyMap<string, string>;
}

/** A server-sent event; an `id` makes it a place to resume from. */
export function sse(event: string, data: string, id: number): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}

/** The counts as they are now. A user who has never looked gets one: the other is the same. */
export function countsMessage({ unread, unseen }: StreamCounts, id: number): string {
  const message = sse('unread', JSON.stringify({ count: unread }), id);
  return unseen === null ? message : message + sse('unseen', JSON.stringify({ count: unseen }), id);
}

/** An entry of the log as the event that a page gets; undefined when nothing of it is left. */
export function entryMessage(entry: LogEntry, contents: Contents): string | undefined {
  const data = entryData(entry, contents);
  return data && sse(data.event, data.json, entry.seq);
}

function entryData(entry: LogEntry, contents: Contents): { event: string; json: string } | undefined {
  const row = entry.notificationId && contents.notifications.get(entry.notificationId);
  const { scope } = entry;
  switch (entry.kind) {
    case 'created':
    case 'collapsed':
    case 'restored':
      if (row) {
        const replaces = scope?.replaces === undefined ? '' : `,"replaces":"${scope.replaces}"`;
        const toast = entry.toast && row.fresh;
        const json = `{"notification":${row.json},"toast":${toast}${replaces}${besideJson(row)}}`;
        return { event: 'notification', json };
      }
      // Purged meanwhile: its `deleted` comes later in the log, and finds nothing to delete. So it is where it came to the
      // top again since: what it replaced is replaced by nothing that is sent.
      return scope?.replaces === undefined ? undefined : deleted(scope.replaces);
    case 'toast': {
      const toast = entry.eventId && contents.toasts.get(entry.eventId);
      return toast ? { event: 'toast', json: `{"toast":${toast}}` } : undefined;
    }
    case 'read': {
      if (scope) return { event: 'read', json: allJson(scope, 'read_at') };
      // The state as it is now: a mark that was undone meanwhile is sent as it ended.
      const readAt = row ? ((JSON.parse(row.json) as { read_at: string | null }).read_at ?? null) : null;
      const { action } = JSON.parse((row && row.extras) ?? '{}') as Extras;
      return {
        event: 'read',
        json: JSON.stringify({ ids: [entry.notificationId], read_at: readAt, action }),
      };
    }
    case 'moved': {
      if (entry.notificationId === null) return { event: 'moved', json: allJson(scope ?? {}) };
      // Purged meanwhile, or on top again: that comes later in the log.
      if (!row) return undefined;
      const json = `{"notification":${row.json}${besideJson(row)},${JSON.stringify(scope).slice(1)}`;
      return { event: 'moved', json };
    }
    case 'deleted':
      if (scope) return { event: 'deleted', json: allJson(scope) };
      return deleted(entry.notificationId);
    case 'seen':
      // The counts that follow say all of it.
      return undefined;
    case 'reset':
      return { event: 'reset', json: '{}' };
  }
}

/** What a notification shows beside its row, where there is anything. */
function besideJson({ extras, count }: StreamRow): string {
  return (extras === null ? '' : `,"extras":${extras}`) + (count > 1 ? `,"count":${count}` : '');
}

function deleted(id: string | null): { event: string; json: string } {
  return { event: 'deleted', json: JSON.stringify({ ids: [id] }) };
}

function allJson({ at, ...scope }: LogScope, time?: string): string {
  return JSON.stringify({ all: true, ...scope, ...(time && { [time]: at }) });
}
