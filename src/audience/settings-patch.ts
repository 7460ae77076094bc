import type { InputIssue } from '../common/errors.js';
import { DAYS, type Day, type WallHours } from '../common/local-time.js';
import { IsOneOf, MayBeNull, Reads, Rule, type Reader, type Reading, type Schema } from '../common/rule.js';
import { parseInstant } from '../common/instant.js';
import { readInput } from '../common/validation.js';
import type { TimesReason } from '../database/changed-times.store.js';
import { IsTimeZone, ReadsLocale, unlessNull } from './person-fields.js';

const WALL_TIME: Schema = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' };

/** When a user is to be left alone: local wall time, across midnight where `to` is before `from`. */
export class QuietHours implements WallHours {
  @Rule('isWallTime', wallTimeProblem, { ...WALL_TIME, example: '22:00' })
  from: string;

  @Rule('isWallTime', wallTimeProblem, { ...WALL_TIME, example: '07:00' })
  @Rule('isAnother', (to, hours) =>
    to === (hours as QuietHours).from ? 'must differ from `from`' : undefined,
  )
  to: string;

  /** The days on which they begin; without it, every day. */
  @Reads((given, path) => (given === undefined ? { value: undefined } : readDays(given, path)), {
    type: 'array',
    items: { type: 'string', enum: DAYS },
    minItems: 1,
    required: false,
    description: 'The days on which they begin; without it, every day.',
  })
  days?: Day[];
}

/** What a user sets: what is left out stays as it is, null takes it back. */
export class SettingsPatch {
  @Reads(readOnly, {
    type: 'string',
    required: false,
    readOnly: true,
    description: 'Shown, and not to be changed here.',
  })
  email?: undefined;

  @ReadsLocale()
  locale?: string | null;

  @IsTimeZone()
  timeZone?: string | null;

  @Reads(unlessNull((given, path) => readInput(QuietHours, given, path)), {
    type: QuietHours,
    required: false,
    nullable: true,
    description: 'In the time zone of the user.',
  })
  quietHours?: QuietHours | null;

  @Reads(unlessNull(readTime), {
    type: 'string',
    format: 'date-time',
    required: false,
    nullable: true,
    description: 'Nothing interrupts the user until then.',
  })
  pausedUntil?: Date | null;

  @MayBeNull()
  @Rule('isWallTime', wallTimeProblem, {
    ...WALL_TIME,
    description: 'When daily and weekly digests come, in the time zone of the user.',
    example: '08:00',
  })
  digestAt?: string | null;

  @MayBeNull()
  @IsOneOf(DAYS, { description: 'The day on which weekly digests come.' })
  digestDay?: Day | null;
}

/** What waits by a setting. */
const DECIDES = {
  timeZone: ['quiet', 'digest'],
  quietHours: ['quiet'],
  pausedUntil: ['paused'],
  digestAt: ['digest'],
  digestDay: ['digest'],
} as const satisfies Partial<Record<keyof SettingsPatch, readonly TimesReason[]>>;

/** For what something waits that is to be decided anew by a change. */
export function decidedAnew(patch: SettingsPatch): TimesReason[] {
  const changed = Object.entries(DECIDES).filter(
    ([name]) => patch[name as keyof typeof DECIDES] !== undefined,
  );
  return [...new Set(changed.flatMap(([, reasons]) => reasons))];
}

function readOnly(given: unknown, path: string): Reading<undefined> {
  if (given === undefined) return { value: undefined };
  return { issues: [{ path, message: 'is kept by the application, and cannot be changed here' }] };
}

function wallTimeProblem(value: unknown): string | undefined {
  const isTime = typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
  return isTime ? undefined : 'must be a time of the day, such as "22:00"';
}

function readDays(given: unknown, path: string): Reading<Day[]> {
  if (!Array.isArray(given) || given.length === 0)
    return { issues: [{ path, message: 'must be a list of at least one day' }] };
  const issues = given.flatMap((day: unknown, at): InputIssue[] =>
    DAYS.some((known) => known === day)
      ? []
      : [{ path: `${path}[${at}]`, message: `must be one of ${DAYS.join(', ')}` }],
  );
  // As many as there are days are enough to see what is wrong.
  return issues.length > 0
    ? { issues: issues.slice(0, DAYS.length) }
    : { value: DAYS.filter((day) => given.includes(day)) };
}

function readTime(given: unknown, path: string): ReturnType<Reader> {
  const value = parseInstant(given);
  if (value) return { value };
  const message = 'must be a time with its offset, such as "2030-01-31T09:00:00+01:00", or null';
  return { issues: [{ path, message }] };
}
