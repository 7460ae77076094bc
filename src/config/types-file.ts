import { readFileSync } from 'node:fs';
import { CHANNELS, LEVELS, type Level, type NotificationType } from './options.js';

const KEY = /^[a-z][a-z0-9_.-]{0,63}$/;
const FIELDS = new Set(['key', 'description', 'level', 'channels', 'webhook_event', 'mutable']);

/**
 * Reads a file of notification types.
 * @throws Error naming the file and every wrong place in it at once
 */
export function readTypesFile(path: string): NotificationType[] {
  try {
    return parseTypes(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Reads the JSON of `NOTIFICATION_TYPES_FILE`: a list of `{ key, description, level?, channels?, webhook_event?,
 * mutable? }`. Channels that are left out are in-app on, toast off, webhook on when there is a webhook event.
 * @throws Error naming every wrong place at once
 */
function parseTypes(json: unknown): NotificationType[] {
  if (!Array.isArray(json)) throw new Error('the top level must be a list of types');
  const problems: string[] = [];
  const types = json.map((entry, index) =>
    parseType(entry, (place, message) => {
      problems.push(`[${index}]${place}: ${message}`);
    }),
  );
  if (problems.length > 0) throw new Error(problems.join('; '));
  return types;
}

type Report = (place: string, message: string) => void;

function parseType(entry: unknown, report: Report): NotificationType {
  if (!isObject(entry)) {
    report('', 'must be an object');
    entry = {};
  }
  const given = entry as Record<string, unknown>;
  const { key, description, level = 'info', webhook_event: event = null, mutable = true } = given;
  for (const name of Object.keys(given)) {
    if (!FIELDS.has(name)) report(`.${name}`, `is not known; known are ${[...FIELDS].join(', ')}`);
  }
  if (typeof key !== 'string' || !KEY.test(key)) report('.key', `must match ${KEY.source}`);
  if (typeof description !== 'string' || description === '') report('.description', 'must be a text');
  if (!LEVELS.includes(level as Level)) report('.level', `must be one of ${LEVELS.join(', ')}`);
  if (event !== null && (typeof event !== 'string' || !KEY.test(event))) {
    report('.webhook_event', `must be null or match ${KEY.source}`);
  }
  if (typeof mutable !== 'boolean') report('.mutable', 'must be true or false');
  return {
    key: key as string,
    description: description as string,
    level: level as Level,
    channels: parseChannels(given['channels'] ?? {}, event !== null, report),
    webhookEvent: event as string | null,
    mutable: mutable as boolean,
  };
}

function parseChannels(value: unknown, hasEvent: boolean, report: Report): NotificationType['channels'] {
  const channels = { in_app: true, toast: false, webhook: hasEvent };
  if (!isObject(value)) {
    report('.channels', 'must be an object');
    return channels;
  }
  for (const [name, on] of Object.entries(value)) {
    if (!CHANNELS.includes(name as never))
      report(`.channels.${name}`, `must be one of ${CHANNELS.join(', ')}`);
    if (typeof on !== 'boolean') report(`.channels.${name}`, 'must be true or false');
  }
  return { ...channels, ...value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
