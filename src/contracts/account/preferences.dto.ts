import { ApiProperty } from '@nestjs/swagger';
import type { Catalogue } from '../../catalogue/catalogue.js';
import { Documented } from '../../common/documented.js';
import { Reads, type Reader } from '../../common/rule.js';
import { settingProblem } from '../../preferences/patch.js';
import { PREFERENCE_KEYS, type PreferenceKey } from './preference-keys.js';

/** Decorates a property for each key. Any may be missing: of types that the catalogue lacks, and of what a user leaves. */
function HasKeys(decorate: (key: PreferenceKey) => PropertyDecorator): ClassDecorator {
  return ({ prototype }) => {
    for (const key of PREFERENCE_KEYS) decorate(key)(prototype as object, key.key);
  };
}

@HasKeys(({ byDefault, description }) =>
  ApiProperty({ type: Boolean, default: byDefault, required: false, description }),
)
export class AccountPreferences {}

/** What is left out stays as it is, and has no default. */
@Documented()
@HasKeys((key) => Reads(readSetting(key), { type: 'boolean', required: false, description: key.description }))
export class PutAccountPreferencesBody {
  [key: string]: boolean | undefined;
}

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
