import { createHash } from 'node:crypto';
import { bytes, cut, jsonBytes } from '../cut.js';
import type { Level } from '../../config/options.js';
import type { Delivery, Message } from '../../deliveries/sending-channel.js';

/** RFC 8030: push services take 4,096 bytes; the encryption's header and tag have room in the rest. */
export const MAX_PAYLOAD_BYTES = 3_900;

/** For a push service that finds that too much. */
export const SMALL_PAYLOAD_BYTES = 1_800;

/** Seconds for which a push service keeps what it cannot hand over: after a day the inbox says it better. */
export const TTL_SECONDS = 24 * 60 * 60;

/** RFC 8030: how much of a battery it is worth. */
type Urgency = 'low' | 'normal' | 'high';

const URGENCY: Record<Level, Urgency> = {
  info: 'normal',
  success: 'normal',
  warning: 'normal',
  error: 'high',
};

const BY_WEIGHT: readonly Level[] = ['error', 'warning', 'success', 'info'];

/** RFC 8030: at most 32 characters of base64url. */
const TOPIC_LENGTH = 32;

type Digest = NonNullable<Message['digest']>;

/** What a service worker is told. The client's `PushMessage` says the same. */
interface Payload {
  /** The notification's; null for several, of which a click marks none as read. */
  id: string | null;
  type: string | null;
  level: Level;
  title: string;
  body: string | null;
  link: string | null;
  /** What is shown with the same one is replaced. */
  tag: string;
  image?: string;
  /** A picture of who did it. */
  icon?: string;
  /** Those that lead somewhere. */
  actions?: { id: string; label: string; link: string }[];
}

/** A push before it is encrypted: the same on every attempt but for the seconds that are left to it. */
export interface PushMessage {
  payload: string;
  ttl: number;
  urgency: Urgency;
  topic: string | undefined;
}

/** More lines are shown nowhere. */
const MAX_TITLES = 5;

/**
 * @param now milliseconds since the epoch
 * @param appUrl where several notifications lead; undefined: to where the page of the service worker is
 * @param maxBytes of the payload
 */
export function pushMessage(
  message: Sent,
  now: number,
  appUrl?: string,
  maxBytes = MAX_PAYLOAD_BYTES,
): PushMessage {
  const topic = topicOf(message);
  const whole = message.digest
    ? severalOf(message.id, message.digest, appUrl ?? null)
    : oneOf(message, topic ?? message.notificationId);
  return {
    payload: fit(whole, maxBytes),
    ttl: Math.max(0, Math.ceil(leftOf(message, now) / 1000)),
    urgency: URGENCY[whole.level],
    topic,
  };
}

/** For how long it is worth showing, in milliseconds. */
function leftOf(message: Sent, now: number): number {
  const left = TTL_SECONDS * 1000 - ageOf(message, now);
  const { expiresAt } = message.notification;
  return message.digest || expiresAt === null ? left : Math.min(left, expiresAt.getTime() - now);
}

/** What is sent: a message, and whether it was to wait until now. */
type Sent = Message & Pick<Delivery, 'waited'>;

/** How long it has been on its way, in milliseconds: what waited for its time was not. */
export function ageOf({ notification, waited = false }: Sent, now: number): number {
  return waited ? 0 : now - notification.createdAt.getTime();
}

function oneOf({ notificationId, notification }: Message, tag: string): Payload {
  const { type, level, title, body, link, image, actor } = notification;
  const actions = notification.actions.flatMap(({ id, label, link: to }) =>
    to ? [{ id, label, link: to }] : [],
  );
  return {
    ...{ id: notificationId, type, level, title, body, link, tag },
    ...(image !== null && { image }),
    ...(actor?.image && { icon: actor.image }),
    ...(actions.length > 0 && { actions }),
  };
}

/** Its words are the same in English and French. */
function severalOf(tag: string, { total, items }: Digest, link: string | null): Payload {
  const levels = items.map(({ notification }) => notification.level);
  return {
    id: null,
    type: null,
    level: BY_WEIGHT.find((level) => levels.includes(level)) ?? 'info',
    title: `${total} notifications`,
    body: items
      .slice(0, MAX_TITLES)
      .map(({ notification }) => notification.title)
      .join('\n'),
    link,
    tag,
  };
}

/**
 * A push about the same thing takes the place of one that has not been handed over; several are about more. Hashed with the user, so that the push
 * service does not see which of its users hear of one thing.
 */
function topicOf({ userId, notification, digest }: Message): string | undefined {
  if (digest) return undefined;
  const { collapseKey, entityType, entityId } = notification;
  const about = collapseKey === null ? entityType && [entityType, entityId] : [collapseKey];
  if (!about) return undefined;
  const hash = createHash('sha256').update(JSON.stringify([userId, ...about]));
  return hash.digest('base64url').slice(0, TOPIC_LENGTH);
}

const sizeOf = (payload: Payload) => bytes(JSON.stringify(payload));

/** What is shown beside the words may take half of the room: else the pictures are left out, and then the actions. */
function withinHalf(whole: Payload, maxBytes: number): Payload {
  const { image: _image, icon: _icon, ...withoutPictures } = whole;
  const { actions: _actions, ...words } = withoutPictures;
  const isSmall = (payload: Payload) => sizeOf({ ...payload, body: null, title: '' }) <= maxBytes / 2;
  return [whole, withoutPictures].find(isSmall) ?? words;
}

/** The JSON of a payload: the body is cut first; a link is whole or not there; the title goes last. */
function fit(rich: Payload, maxBytes: number): string {
  if (sizeOf(rich) <= maxBytes) return JSON.stringify(rich);
  const whole = withinHalf(rich, maxBytes);
  if (sizeOf(whole) <= maxBytes) return JSON.stringify(whole);
  const withoutBody = { ...whole, body: null };
  const bare = sizeOf(withoutBody) <= maxBytes ? withoutBody : { ...withoutBody, link: null };
  const room = maxBytes - sizeOf({ ...bare, body: '' });
  const body = whole.body === null || room <= 0 ? null : cut(whole.body, room, jsonBytes) || null;
  const title = cut(whole.title, maxBytes - sizeOf({ ...bare, title: '', body }), jsonBytes);
  return JSON.stringify({ ...bare, title, body });
}
