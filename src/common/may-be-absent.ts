import { ValidateIf } from 'class-validator';

/** class-validator: may be left out, but unlike `IsOptional` must not be null: a patch tells the two apart. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
