import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { fieldsOf } from './validation.js';

/**
 * Shows the properties of an input in the OpenAPI documents, with what their rules say.
 * @param dto the class whose rules they are, when it is one in camel case: JSON spells it in snake case
 */
export function Documented(dto?: Type): ClassDecorator {
  return (shown) => {
    for (const { key, schema } of fieldsOf(dto ?? (shown as unknown as Type))) {
      const [type] = [schema['type']].flat();
      if (typeof type === 'function') Documented(dto && (type as Type))(type);
      // What the compiler would write for a property that is declared there; documents show what the schema says.
      Reflect.metadata('design:type', Object)(shown.prototype as object, key[dto ? 'json' : 'code']);
      ApiProperty(schema as ApiPropertyOptions)(shown.prototype as object, key[dto ? 'json' : 'code']);
    }
  };
}
