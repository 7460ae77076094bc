import { likely } from '../../common/suggest.js';
import { NOT_KNOWN } from '../../common/validation.js';
import type { PreferenceChange } from '../../preferences/preferences.service.js';
import { PREFERENCE_KEYS } from './preference-keys.js';

const BY_KEY = new Map(PREFERENCE_KEYS.map((preference) => [preference.key, preference]));

/** The flat keys of what the core knows per type and channel: all twelve, but of types that the catalogue lacks. */
export function flatPreferences(types: Record<string, Record<string, boolean>>): Record<string, boolean> {
  return Object.fromEntries(
    PREFERENCE_KEYS.flatMap(({ key, type, channel }) =>
      type in types ? [[key, types[type]?.[channel]]] : [],
    ),
  ) as Record<string, boolean>;
}

/** The changes that a body of flat keys asks for; a key outside the twelve is one that is wrong. */
export function preferenceChanges(body: object): PreferenceChange[] {
  return Object.entries(body).map(([path, value]) => {
    const known = BY_KEY.get(path);
    if (!known) return { path, problem: notKnown(path) };
    // Of this contract's keys each is on or off: there is no taking back.
    if (typeof value !== 'boolean') return { path, problem: 'must be true or false' };
    return { path, value, type: known.type, channel: known.channel };
  });
}

function notKnown(key: string): string {
  const meant = likely(key, [...BY_KEY.keys()]);
  return meant === undefined ? NOT_KNOWN : `${NOT_KNOWN}; did you mean "${meant}"?`;
}
