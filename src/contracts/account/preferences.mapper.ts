import { likely } from '../../common/suggest.js';
import type { Channel } from '../../config/options.js';
import type { PreferenceChange } from '../../preferences/preferences.service.js';

/** The types that account.txt has preferences for, in its order. */
const TYPES = [
  'weekly_report',
  'job_completed',
  'job_failed',
  'rule_executed',
  'quota_warning',
  'integrity_alert',
];

/** Each of the twelve keys, and what it is in the core. */
const KEYS = new Map<string, { type: string; channel: Channel }>([
  ...TYPES.map((type) => [type, { type, channel: 'in_app' }] as const),
  ...TYPES.map((type) => [`${type}_toast`, { type, channel: 'toast' }] as const),
]);

export const PREFERENCE_KEYS = [...KEYS.keys()];

/** The flat keys of what the core knows per type and channel: all twelve, but of types that the catalogue lacks. */
export function flatPreferences(types: Record<string, Record<Channel, boolean>>): Record<string, boolean> {
  return Object.fromEntries(
    [...KEYS].flatMap(([key, { type, channel }]) => (type in types ? [[key, types[type][channel]]] : [])),
  ) as Record<string, boolean>;
}

/** The changes that a body of flat keys asks for; a key outside the twelve is one that is wrong. */
export function preferenceChanges(body: object): PreferenceChange[] {
  return Object.entries(body).map(([path, value]) => {
    const key = KEYS.get(path);
    return key ? { path, value, ...key } : { path, type: path, problem: notKnown(path) };
  });
}

function notKnown(key: string): string {
  const meant = likely(key, PREFERENCE_KEYS);
  return meant === undefined ? 'is not known here' : `is not known here; did you mean "${meant}"?`;
}
