import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAYS, isTimeZone, nextHour, nextWallTime, quietUntil } from '../../src/common/local-time.js';
import type { Day, WallHours } from '../../src/common/local-time.js';

/** Places whose clocks change by an hour or by half of one, stand at odd minutes, change at midnight, or left out a day. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'America/Nuuk',
  'UTC',
];

const HOUR = 3_600_000;

/** Node's own calendar of each zone. */
const CALENDARS = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    }),
  ]),
);

/** What the clock on the wall shows. */
function wall(at: Date, zone: string): { day: Day; date: string; time: string } {
  const format = CALENDARS.get(zone) as Intl.DateTimeFormat;
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: String(parts.weekday).toLowerCase() as Day,
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
  };
}

const text = (at: Date | undefined) => at?.toISOString().slice(0, 16) ?? 'not quiet';

describe('a zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'europe/berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'])(
    '%s is known',
    (id) => expect(isTimeZone(id)).toBe(true),
  );

  it.each([
    '',
    'Mars/Olympus',
    '+01:00',
    'Z',
    'PST',
    '2026-01-01T00:00[Europe/Berlin]',
    'T00:00[Europe/Berlin]',
    'Europe/Berlin\n',
    'A'.repeat(200),
  ])('%j is none', (id) => expect(isTimeZone(id)).toBe(false));

  it('that is not known here is UTC', () => {
    const now = new Date('2026-07-01T06:30Z');
    for (const zone of ['Mars/Olympus', null]) {
      expect(text(nextWallTime(now, zone, '08:00'))).toBe('2026-07-01T08:00');
      expect(text(quietUntil(now, zone, { from: '22:00', to: '07:00' }))).toBe('2026-07-01T07:00');
      expect(text(nextHour(now, zone))).toBe('2026-07-01T07:00');
    }
  });
});

describe('the next time at which the clock shows', () => {
  it.each<[string, string, [now: string, at: string, next: string, day?: Day]]>([
    ['later today', 'Europe/Berlin', ['2026-07-01T05:59Z', '08:00', '2026-07-01T06:00']],
    ['not now but tomorrow', 'Europe/Berlin', ['2026-07-01T06:00Z', '08:00', '2026-07-02T06:00']],
    [
      'the day after clocks went forward',
      'Europe/Berlin',
      ['2026-03-28T07:00Z', '08:00', '2026-03-29T06:00'],
    ],
    ['the day after clocks went back', 'Europe/Berlin', ['2026-10-24T06:00Z', '08:00', '2026-10-25T07:00']],
    ['a time that is left out', 'Europe/Berlin', ['2026-03-28T12:00Z', '02:30', '2026-03-29T01:30']],
    ['and the day after it', 'Europe/Berlin', ['2026-03-29T01:30Z', '02:30', '2026-03-30T00:30']],
    ['a time that comes twice', 'Europe/Berlin', ['2026-10-24T12:00Z', '02:30', '2026-10-25T00:30']],
    ['and no second time', 'Europe/Berlin', ['2026-10-25T00:30Z', '02:30', '2026-10-26T01:30']],
    ['forward in New York', 'America/New_York', ['2026-03-08T05:00Z', '02:30', '2026-03-08T07:30']],
    ['back in New York', 'America/New_York', ['2026-11-01T04:00Z', '01:30', '2026-11-01T05:30']],
    ['back by half an hour', 'Australia/Lord_Howe', ['2026-04-04T12:00Z', '01:45', '2026-04-04T14:45']],
    ['forward by half an hour', 'Australia/Lord_Howe', ['2026-10-03T12:00Z', '02:15', '2026-10-03T15:45']],
    ['at an odd offset', 'Asia/Kathmandu', ['2026-07-01T00:00Z', '08:00', '2026-07-01T02:15']],
    ['before a day that is left out', 'Pacific/Apia', ['2011-12-29T18:00Z', '08:00', '2011-12-30T18:00']],
    ['after a day that is left out', 'Pacific/Apia', ['2011-12-30T18:00Z', '08:00', '2011-12-31T18:00']],
    ['on a day of the week', 'Europe/Berlin', ['2026-07-01T12:00Z', '08:00', '2026-07-06T06:00', 'mon']],
    ['today, later', 'Europe/Berlin', ['2026-07-06T05:00Z', '08:00', '2026-07-06T06:00', 'mon']],
    ['in a week', 'Europe/Berlin', ['2026-07-06T06:00Z', '08:00', '2026-07-13T06:00', 'mon']],
    [
      'on a Friday that is left out',
      'Pacific/Apia',
      ['2011-12-29T18:00Z', '08:00', '2011-12-30T18:00', 'fri'],
    ],
    ['late on that Friday', 'Pacific/Apia', ['2011-12-30T11:00Z', '08:00', '2011-12-30T18:00', 'fri']],
  ])('%s (%s)', (_what, zone, [now, at, next, day]) => {
    expect(text(nextWallTime(new Date(now), zone, at, day))).toBe(next);
  });
});

describe('quiet hours', () => {
  const night: WallHours = { from: '22:00', to: '07:00' };

  it.each<[string, string, [now: string, hours: WallHours, until: string]]>([
    ['have not begun', 'Europe/Berlin', ['2026-07-01T19:59Z', night, 'not quiet']],
    ['begin', 'Europe/Berlin', ['2026-07-01T20:00Z', night, '2026-07-02T05:00']],
    ['last past midnight', 'Europe/Berlin', ['2026-07-01T23:00Z', night, '2026-07-02T05:00']],
    ['end', 'Europe/Berlin', ['2026-07-02T05:00Z', night, 'not quiet']],
    ['are shorter when clocks go forward', 'Europe/Berlin', ['2026-03-28T21:00Z', night, '2026-03-29T05:00']],
    ['are longer when clocks go back', 'Europe/Berlin', ['2026-10-24T20:00Z', night, '2026-10-25T06:00']],
    [
      'within a day',
      'Asia/Kathmandu',
      ['2026-07-01T06:15Z', { from: '12:00', to: '13:00' }, '2026-07-01T07:15'],
    ],
    [
      'last till a time that is left out',
      'Europe/Berlin',
      ['2026-03-29T00:00Z', { from: '00:30', to: '02:30' }, '2026-03-29T01:30'],
    ],
    [
      'begin at a time that is left out',
      'Europe/Berlin',
      ['2026-03-29T01:15Z', { from: '02:30', to: '05:00' }, 'not quiet'],
    ],
    [
      'begin as much later',
      'Europe/Berlin',
      ['2026-03-29T01:30Z', { from: '02:30', to: '05:00' }, '2026-03-29T03:00'],
    ],
    [
      'begin the first time',
      'Europe/Berlin',
      ['2026-10-25T00:30Z', { from: '02:30', to: '05:00' }, '2026-10-25T04:00'],
    ],
    [
      'end the second time',
      'Europe/Berlin',
      ['2026-10-25T00:45Z', { from: '00:30', to: '02:30' }, '2026-10-25T01:30'],
    ],
    [
      'end the second time, New York',
      'America/New_York',
      ['2026-11-01T05:45Z', { from: '22:00', to: '01:30' }, '2026-11-01T06:30'],
    ],
    [
      'begin again before they end',
      'Europe/Berlin',
      ['2026-10-25T00:00Z', { from: '02:30', to: '02:15' }, '2026-10-26T01:15'],
    ],
    ['over half an hour', 'Australia/Lord_Howe', ['2026-04-04T12:00Z', night, '2026-04-04T20:30']],
    ['over a day that is left out', 'Pacific/Apia', ['2011-12-30T09:00Z', night, '2011-12-30T17:00']],
    ['after it', 'Pacific/Apia', ['2011-12-30T12:00Z', night, '2011-12-30T17:00']],
  ])('%s (%s)', (_what, zone, [now, hours, until]) => {
    expect(text(quietUntil(new Date(now), zone, hours))).toBe(until);
  });

  it.each<[string, [now: string, days: Day[], until: string]]>([
    ['the evening on which they begin', ['2026-07-03T21:00Z', ['fri'], '2026-07-04T05:00']],
    ['the morning after it', ['2026-07-04T04:00Z', ['fri'], '2026-07-04T05:00']],
    ['not the morning of it', ['2026-07-03T04:00Z', ['fri'], 'not quiet']],
    ['not the evening after it', ['2026-07-04T21:00Z', ['fri'], 'not quiet']],
    ['several', ['2026-07-05T21:00Z', ['sat', 'sun'], '2026-07-06T05:00']],
  ])('of certain days: %s', (_what, [now, days, until]) => {
    expect(text(quietUntil(new Date(now), 'Europe/Berlin', { ...night, days }))).toBe(until);
  });
});

describe('the next full hour', () => {
  it.each([
    ['Europe/Berlin', '2026-07-01T05:59:59.999Z', '2026-07-01T06:00'],
    ['Europe/Berlin', '2026-07-01T06:00Z', '2026-07-01T07:00'],
    ['Europe/Berlin', '2026-10-25T00:10Z', '2026-10-25T01:00'],
    ['Asia/Kathmandu', '2026-07-01T06:20Z', '2026-07-01T07:15'],
    ['Australia/Lord_Howe', '2026-04-04T14:10Z', '2026-04-04T15:30'],
    ['Australia/Lord_Howe', '2026-10-03T14:45Z', '2026-10-03T16:00'],
  ])('in %s after %s', (zone, now, next) => {
    expect(text(nextHour(new Date(now), zone))).toBe(next);
  });
});

describe('whenever and wherever,', () => {
  const zone = fc.constantFrom(...ZONES);
  const time = fc
    .integer({ min: 0, max: 1439 })
    .map((minute) => new Date(minute * 60_000).toISOString().slice(11, 16));
  const day = fc.constantFrom(...DAYS);
  /** Often near a change of some clock. */
  const now = fc.oneof(
    fc.date({ min: new Date('2008-01-01'), max: new Date('2037-01-01'), noInvalidDate: true }),
    fc
      .tuple(
        fc.constantFrom(
          '2011-12-30T10:00Z',
          '2026-03-08T07:00Z',
          '2026-03-29T01:00Z',
          '2026-04-04T15:00Z',
          '2026-10-03T15:30Z',
          '2026-10-25T01:00Z',
          '2026-11-01T06:00Z',
          '2017-10-15T03:00Z',
          '2018-02-18T02:00Z',
        ),
        fc.integer({ min: -50 * 60, max: 50 * 60 }),
      )
      .map(([change, minutes]) => new Date(Date.parse(change) + minutes * 60_000)),
  );

  it('it comes once a day, at the time promised unless that is left out', () => {
    fc.assert(
      fc.property(now, zone, time, (start, id, at) => {
        let before = nextWallTime(start, id, at);
        expect(before > start).toBe(true);
        for (let count = 0; count < 4; count++) {
          if (wall(before, id).time !== at) expect(isNearChange(before, id)).toBe(true);
          const next = nextWallTime(before, id, at);
          const hours = (next.getTime() - before.getTime()) / HOUR;
          if (!isNearChange(before, id)) expect(hours).toBe(24);
          expect(hours).toBeGreaterThanOrEqual(22);
          expect(hours).toBeLessThanOrEqual(26);
          before = next;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nothing comes earlier than what is promised: none between is the same', () => {
    fc.assert(
      fc.property(
        now,
        zone,
        time,
        fc.option(day, { nil: undefined }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (start, id, at, on, part) => {
          const next = nextWallTime(start, id, at, on);
          const between = new Date(
            start.getTime() + Math.floor(part * (next.getTime() - 1 - start.getTime())),
          );
          expect(nextWallTime(between, id, at, on)).toEqual(next);
          const { date, time: shown, day: shownDay } = wall(next, id);
          // The Friday that Samoa left out is the Saturday after it.
          const isLeftOut = id === 'Pacific/Apia' && date === '2011-12-31' && on === 'fri';
          if (on !== undefined && shown === at) expect(shownDay).toBe(isLeftOut ? 'sat' : on);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('quiet hours end at their end, and are over then', () => {
    fc.assert(
      fc.property(now, zone, time, time, (start, id, from, to) => {
        fc.pre(from !== to);
        const until = quietUntil(start, id, { from, to });
        const shown = wall(start, id).time;
        const isWithin = from < to ? from <= shown && shown < to : from <= shown || shown < to;
        if (until === undefined) {
          // Where clocks go forward, hours that begin at a time that is left out begin later.
          expect(isWithin && !isNearChange(start, id)).toBe(false);
          return;
        }
        expect(until > start).toBe(true);
        expect(quietUntil(until, id, { from, to })).toBeUndefined();
        expect(quietUntil(new Date(until.getTime() - 1), id, { from, to })).toEqual(until);
        if (!isNearChange(until, id)) expect(wall(until, id).time).toBe(to);
        if (!isNearChange(start, id)) expect(isWithin).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('quiet hours of all days are those of every day', () => {
    fc.assert(
      fc.property(now, zone, time, time, fc.subarray([...DAYS]), (start, id, from, to, days) => {
        fc.pre(from !== to && !isNearChange(start, id));
        const rest = DAYS.filter((one) => !days.includes(one));
        const [some, others] = [days, rest].map((on) => quietUntil(start, id, { from, to, days: on }));
        expect(some ?? others).toEqual(quietUntil(start, id, { from, to }));
      }),
      { numRuns: 300 },
    );
  });

  it('a full hour is the next one', () => {
    fc.assert(
      fc.property(now, zone, (start, id) => {
        const next = nextHour(start, id);
        expect(wall(next, id).time).toMatch(/:00$/);
        expect(next > start).toBe(true);
        expect(next.getTime() - start.getTime()).toBeLessThanOrEqual(1.5 * HOUR);
      }),
      { numRuns: 300 },
    );
  });

  /** Whether clocks there change within two days of a time. */
  function isNearChange(at: Date, id: string): boolean {
    const hours = Array.from({ length: 97 }, (_, index) => new Date(at.getTime() + (index - 48) * HOUR));
    const offsets = hours.map((one) => {
      const { date, time: shown } = wall(one, id);
      return Math.round((Date.parse(`${date}T${shown}Z`) - one.getTime()) / 60_000);
    });
    return new Set(offsets).size > 1;
  }
});
