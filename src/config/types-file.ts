import { isJsonObject } from '../common/json.js';
import type { NotificationType } from './options.js';
import { readTextFile } from './text-file.js';
import { typeProblems } from './type-rules.js';

const FIELDS = new Set([
  'key',
  'description',
  'level',
  'channels',
  'webhook_event',
  'mutable',
  'category',
  'critical',
  'throttle',
]);

/**
 * Reads a file of notification types.
 * @throws Error naming the file and every wrong place in it at once
 */
export function readTypesFile(path: string): NotificationType[] {
  try {
    return parseTypes(JSON.parse(readTextFile(path)));
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Reads the JSON of `NOTIFICATION_TYPES_FILE`: a list of `{ key, description, level?, channels?, webhook_event?,
 * mutable?, category?, critical?, throttle? }`.
 * @throws Error naming every wrong place at once
 */
function parseTypes(json: unknown): NotificationType[] {
  if (!Array.isArray(json)) throw new Error('the top level must be a list of types');
  const types = json.map(complete);
  const problems = json.flatMap((entry, index) =>
    [...unknownFields(entry), ...typeProblems(types[index])].map(
      ({ place, message }) => `[${index}]${place.replace('.webhookEvent', '.webhook_event')}: ${message}`,
    ),
  );
  if (problems.length > 0) throw new Error(problems.join('; '));
  return types as NotificationType[];
}

/** The entry in the core's words with what it leaves out; not known to be right. */
function complete(entry: unknown): unknown {
  if (!isJsonObject(entry)) return entry;
  const { webhook_event: webhookEvent = null, ...rest } = entry;
  return { level: 'info', channels: {}, mutable: rest['critical'] !== true, ...rest, webhookEvent };
}

function unknownFields(entry: unknown): { place: string; message: string }[] {
  return Object.keys(isJsonObject(entry) ? entry : {})
    .filter((name) => !FIELDS.has(name))
    .map((name) => ({ place: `.${name}`, message: `is not known; known are ${[...FIELDS].join(', ')}` }));
}
