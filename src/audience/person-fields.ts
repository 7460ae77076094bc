import { applyDecorators } from '@nestjs/common';
import { isTimeZone } from '../common/local-time.js';
import { MayBeNull, Reads, Rule, type Reader, type Schema } from '../common/rule.js';
import { didYouMean } from '../common/suggest.js';
import { excerpt, textProblem } from '../common/text.js';
import { addressProblem } from './address.js';

const MAX_NAME_LENGTH = 200;
/** Longer than any tag that is in use; with them, Intl takes texts of any length. */
const MAX_LOCALE_LENGTH = 64;

/** What an OpenAPI document says of a field that may be left out, and is cleared by null. */
const CLEARABLE = { type: 'string', required: false, nullable: true };

/** class-validator: an e-mail address, or null. */
export function IsAddress(): PropertyDecorator {
  return applyDecorators(
    MayBeNull(),
    Rule('isAddress', addressProblem, { type: 'string', format: 'email', example: 'anna@example.com' }),
  );
}

/** class-validator: a person's name, or null. It goes into headers of mails. */
export function IsPersonName(): PropertyDecorator {
  return applyDecorators(
    MayBeNull(),
    Rule('isPersonName', nameProblem, { type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH }),
  );
}

/** class-validator: a language tag, which is kept in its canonical spelling, or null. */
export function ReadsLocale(): PropertyDecorator {
  const schema: Schema = { ...CLEARABLE, description: 'A BCP 47 language tag.', example: 'de-AT' };
  return Reads(unlessNull(readLocale), schema);
}

/** class-validator: a time zone that this Node knows, or null. */
export function IsTimeZone(): PropertyDecorator {
  const schema = { type: 'string', description: 'An IANA time zone.', example: 'Europe/Vienna' };
  return applyDecorators(MayBeNull(), Rule('isTimeZone', timeZoneProblem, schema));
}

/** Null and undefined stay what they are. */
export function unlessNull(reader: Reader): Reader {
  return (given, path, around) =>
    given === undefined || given === null ? { value: given } : reader(given, path, around);
}

function nameProblem(value: unknown): string | undefined {
  const problem = textProblem(value, 1, MAX_NAME_LENGTH);
  if (problem !== undefined) return problem;
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value as string) ? 'must be one line of text' : undefined;
}

function readLocale(given: unknown, path: string): ReturnType<Reader> {
  const wrong = { issues: [{ path, message: 'must be a BCP 47 language tag, such as "de-AT", or null' }] };
  if (typeof given !== 'string' || given.length > MAX_LOCALE_LENGTH) return wrong;
  try {
    return { value: new Intl.Locale(given).toString() };
  } catch {
    return wrong;
  }
}

function timeZoneProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string or null';
  if (isTimeZone(value)) return undefined;
  const known = Intl.supportedValuesOf('timeZone');
  return `"${excerpt(value)}" is not a time zone that is known here.${didYouMean(value, known)}`;
}
