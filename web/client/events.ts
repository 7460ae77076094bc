import type { SseMessage } from './sse.js';
import type {
  Aside,
  Bulk,
  NotificationRow,
  Scope,
  StreamEvent,
  StreamEventBody,
  TakenAction,
  Toast,
} from './wire.js';

type Payload = Partial<{
  notification: NotificationRow;
  toast: boolean | Toast;
  ids: string[];
  all: true;
  type: string;
  team_id: string;
  read_at: string | null;
  count: number;
  state: Aside;
  snoozed_until: string | null;
  replaces: string;
  extras: Pick<NotificationRow, 'actions' | 'image' | 'actor' | 'action'>;
  action: TakenAction;
}>;

/** What a message of the stream means; undefined for one that this version does not know. */
export function decodeEvent(message: SseMessage): StreamEvent | undefined {
  const payload = parse(message.data);
  const body = payload && decodeBody(message.event, payload);
  return body && { id: message.id, ...body };
}

function decodeBody(event: string, payload: Payload): StreamEventBody | undefined {
  switch (event) {
    case 'notification':
    case 'moved': {
      const { notification, extras, count, toast, replaces, state, snoozed_until } = payload;
      if (!notification) return state && { type: 'moved', rows: bulk(payload) };
      const row = { ...notification, ...extras, count, state, snoozed_until, replaces };
      return { type: event, notification: row, toast: toast === true, replaces };
    }
    case 'toast':
      return typeof payload.toast === 'object' ? { type: event, toast: payload.toast } : undefined;
    case 'read':
      return { type: event, rows: bulk(payload), read_at: payload.read_at ?? null, action: payload.action };
    case 'deleted':
      return { type: event, rows: bulk(payload) };
    case 'unread':
    case 'unseen':
      return typeof payload.count === 'number' ? { type: event, count: payload.count } : undefined;
    case 'reset':
      return { type: event };
    default:
      return undefined;
  }
}

function bulk(payload: Payload): Bulk {
  if (!payload.all) return { ids: payload.ids ?? [] };
  const scope: Scope = {};
  if (typeof payload.type === 'string') scope.type = payload.type;
  if (typeof payload.team_id === 'string') scope.team_id = payload.team_id;
  return { all: true, ...scope };
}

function parse(data: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The toast that a notification of the stream asks for. */
export function toastOf(row: NotificationRow): Toast {
  const { id, type, level, title, body, link, created_at } = row;
  return { notification_id: id, type, level: level ?? 'info', title, body, link, created_at };
}
