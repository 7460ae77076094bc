import { describe, expect, it } from '@jest/globals';
import { ContactPatch } from '../../src/audience/contact-patch.js';
import { SettingsPatch } from '../../src/audience/settings-patch.js';
import { readInput } from '../../src/common/validation.js';

/** Where a field is wrong, each as its path and what is said of it; nothing where it is right. */
function problems(type: typeof ContactPatch | typeof SettingsPatch, given: object): string[] {
  const reading = readInput<object>(type, given, '', { spelling: 'json' });
  return 'issues' in reading ? reading.issues.map(({ path, message }) => `${path} ${message}`) : [];
}

const contact = (given: object) => problems(ContactPatch, given);
const settings = (given: object) => problems(SettingsPatch, given);

describe('an address', () => {
  it.each([
    'anna@example.com',
    'a.b+tag@sub.example.co',
    "o'hara!#$%&*/=?^_`{|}~-@example.com",
    'root@localhost',
    'jürgen@bücher.example',
    '用户@例え.jp',
    `${'a'.repeat(64)}@example.com`,
    null,
    undefined,
  ])('%j is right', (email) => expect(contact({ email })).toEqual([]));

  it.each([
    '',
    'anna',
    'anna@',
    '@example.com',
    'anna@@example.com',
    'anna @example.com',
    'anna@exa mple.com',
    'anna@example..com',
    'anna@example.com.',
    'anna@-example.com',
    'anna@ex_ample.com',
    'anna@127.0.0.1',
    'anna@[127.0.0.1]',
    'anna@exam%70le.com',
    'anna@example.com/x',
    '.anna@example.com',
    'an..na@example.com',
    '"anna"@example.com',
    'Anna <anna@example.com>',
    'anna@example.com, bob@example.com',
    'anna@example.com\r\nBcc: bob@example.com',
    'anna\r\nBcc:x@example.com',
    'anna\u202e@example.com',
    'anna\u200b@example.com',
    'anna\ud800@example.com',
    'anna@exam\u00adple.com\n',
    `${'a'.repeat(65)}@example.com`,
    `${'ü'.repeat(33)}@example.com`,
  ])('%j is none', (email) =>
    expect(contact({ email })).toEqual(['email must be an e-mail address, such as "anna@example.com"']),
  );

  it('is a text that is not too long', () => {
    expect(contact({ email: 7 })).toEqual(['email must be a string or null']);
    expect(contact({ email: `a@${'b'.repeat(60)}.${'c'.repeat(200)}` })).toEqual([
      'email must have at most 254 bytes',
    ]);
  });
});

it.each([
  [{ name: 'Zoë <script> "x" \u202e 👩‍👩‍👧' }, []],
  [{ name: '' }, ['name must not be empty']],
  [{ name: 'Anna\r\nBcc: x' }, ['name must be one line of text']],
  [{ name: 'Anna\u2028Bcc: x' }, ['name must be one line of text']],
  [{ name: 'x'.repeat(201) }, ['name must have at most 200 characters']],
  [{ locale: 'de_AT' }, ['locale must be a BCP 47 language tag, such as "de-AT", or null']],
  [{ locale: '' }, ['locale must be a BCP 47 language tag, such as "de-AT", or null']],
  [
    { locale: `de-${'x-abc'.repeat(20)}` },
    ['locale must be a BCP 47 language tag, such as "de-AT", or null'],
  ],
  [
    { time_zone: 'Europe/Viena' },
    ['time_zone "Europe/Viena" is not a time zone that is known here. Did you mean "Europe/Vienna"?'],
  ],
  [{ time_zone: '+01:00' }, ['time_zone "+01:00" is not a time zone that is known here.']],
  [{ time_zone: 1 }, ['time_zone must be a string or null']],
  [{ time_zone: 'UTC' }, []],
  [{ team_ids: 'red' }, ['team_ids must be a list of team ids, or null']],
  [{ team_ids: ['red', '', 7] }, ['team_ids[1] must not be empty', 'team_ids[2] must be a string']],
  [{ team_ids: Array(101).fill('t') }, ['team_ids must have at most 100 entries']],
  [{ emial: 'x' }, ['emial is not known here. Did you mean "email"?']],
  [{ email: null, name: null, locale: null, time_zone: null, team_ids: null }, []],
])('of the contact %j it says %j', (given, said) => expect(contact(given)).toEqual(said));

const NIGHT = { from: '22:00', to: '07:00' };

it.each([
  [{ quiet_hours: NIGHT }, []],
  [{ quiet_hours: { ...NIGHT, days: ['sat', 'sun'] } }, []],
  [{ quiet_hours: 'night' }, ['quiet_hours must be an object']],
  [
    { quiet_hours: { from: '24:00', to: '7:00' } },
    [
      'quiet_hours.from must be a time of the day, such as "22:00"',
      'quiet_hours.to must be a time of the day, such as "22:00"',
    ],
  ],
  [{ quiet_hours: { from: '22:00', to: '22:00' } }, ['quiet_hours.to must differ from `from`']],
  [{ quiet_hours: { ...NIGHT, days: [] } }, ['quiet_hours.days must be a list of at least one day']],
  [
    { quiet_hours: { ...NIGHT, days: ['mon', 'monday'] } },
    ['quiet_hours.days[1] must be one of mon, tue, wed, thu, fri, sat, sun'],
  ],
  [{ quiet_hours: { ...NIGHT, zone: 'x' } }, ['quiet_hours.zone is not known here']],
  [{ paused_until: '2030-01-31T09:00:00+01:00' }, []],
  [{ paused_until: '9999-12-31T23:59:59.999Z' }, []],
  ...[
    '2030-01-31',
    '2030-01-31T09:00:00',
    '2030-02-30T09:00:00Z',
    '2030-01-31T09:00:00+99:00',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    1,
  ].map((paused_until): [object, string[]] => [
    { paused_until },
    ['paused_until must be a time with its offset, such as "2030-01-31T09:00:00+01:00", or null'],
  ]),
  [{ digest_at: '8:00' }, ['digest_at must be a time of the day, such as "22:00"']],
  [{ digest_day: 'monday' }, ['digest_day must be one of mon, tue, wed, thu, fri, sat, sun']],
  [{ email: 'a@example.com' }, ['email is kept by the application, and cannot be changed here']],
  [{ quiet_hours: null, paused_until: null, digest_at: null, digest_day: null, locale: null }, []],
] as [object, string[]][])('of the settings %j it says %j', (given, said) =>
  expect(settings(given)).toEqual(said),
);
