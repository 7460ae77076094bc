import { ApiProperty } from '@nestjs/swagger';
import { PREFERENCE_KEYS } from './preference-keys.js';

/** Documents the keys. Any may be missing: of types that are left out of the catalogue, and of what a user leaves. */
function HasKeys(options: { defaults: boolean }): ClassDecorator {
  return ({ prototype }) => {
    for (const { key, byDefault, description } of PREFERENCE_KEYS) {
      const defaults = options.defaults ? { default: byDefault } : {};
      ApiProperty({ type: Boolean, ...defaults, required: false, description })(prototype as object, key);
    }
  };
}

/** As the OpenAPI document shows the answer. */
@HasKeys({ defaults: true })
export class AccountPreferences {}

/** As it shows the body: what is left out stays as it is, and has no default. */
@HasKeys({ defaults: false })
export class PutAccountPreferencesBody {}
