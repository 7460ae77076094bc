import type { Catalogue } from '../../catalogue/catalogue.js';
import { checkInput } from '../../common/validation.js';
import type { PreferencesPatch, UserPreferences } from '../../preferences/preferences.service.js';
import { PREFERENCE_KEYS } from './preference-keys.js';
import { PutAccountPreferencesBody } from './preferences.dto.js';

/** The flat keys of what the core knows per type and channel: all twelve, but of types that the catalogue lacks. */
export function flatPreferences(types: UserPreferences['types']): Record<string, boolean> {
  return Object.fromEntries(
    PREFERENCE_KEYS.flatMap(({ key, type, channel }) =>
      type in types ? [[key, types[type]?.[channel]]] : [],
    ),
  ) as Record<string, boolean>;
}

/**
 * The change that a body of flat keys asks for.
 * @throws CarillonError `invalid_input` naming every wrong key
 */
export function preferencesPatch(body: object, catalogue: Catalogue): PreferencesPatch {
  const set = checkInput(PutAccountPreferencesBody, body, { known: catalogue });
  const types: Required<PreferencesPatch>['types'] = {};
  for (const { key, type, channel } of PREFERENCE_KEYS) {
    const value = set[key];
    if (value !== undefined) (types[type] ??= {})[channel] = value;
  }
  return { types };
}
