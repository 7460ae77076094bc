import type { Catalogue } from '../../catalogue/catalogue.js';
import { Answer, Documented } from '../../common/documented.js';
import { Reads, type Reader } from '../../common/rule.js';
import { settingProblem } from '../../preferences/patch.js';
import { PREFERENCE_KEYS, type PreferenceKey } from './preference-keys.js';

/** Any may be missing: of types that the catalogue lacks. */
export class AccountPreferences extends Answer(
  Object.fromEntries(
    PREFERENCE_KEYS.map(({ key, byDefault, description }) => [
      key,
      { type: Boolean, default: byDefault, required: false, description },
    ]),
  ),
) {}

/** What is left out stays as it is, and has no default. */
export class PutAccountPreferencesBody {
  [key: string]: boolean | undefined;
}
for (const key of PREFERENCE_KEYS) {
  const schema = { type: 'boolean', required: false, description: key.description };
  Reads(readSetting(key), schema)(PutAccountPreferencesBody.prototype, key.key);
}
Documented()(PutAccountPreferencesBody);

/** Of this contract's keys each is on or off: there is no taking back. */
function readSetting({ type, channel }: PreferenceKey): Reader {
  return (value, path, { known }) => {
    if (value === undefined) return { value };
    const message =
      typeof value === 'boolean'
        ? settingProblem(known as Catalogue, type, channel, value)
        : 'must be true or false';
    return message === undefined ? { value } : { issues: [{ path, message }] };
  };
}
