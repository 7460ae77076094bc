import { describe, expect, it } from '@jest/globals';
import { asBefore } from '../../web/client/changes.js';
import { Gate } from '../../web/client/turns.js';
import type { NotificationRow } from '../../web/client/wire.js';
import { language } from '../../web/element/language.js';
import { listTexts, type ListTexts } from '../../web/element/list-texts.js';
import { byDay, dayText, momentText } from '../../web/element/moments.js';
import { Selection } from '../../web/element/selection.js';
import { otherTime, snoozeTimes } from '../../web/element/snooze.js';
import type { Language } from '../../web/element/language.js';
import type { Texts } from '../../web/element/texts.js';

/** All times are of the zone that this process is in. */
const at = (month: number, day: number, hour: number, minute = 0): Date =>
  new Date(2026, month - 1, day, hour, minute);
const words = (locale: string): Language<Texts & ListTexts> =>
  language(locale, {}, listTexts) as Language<Texts & ListTexts>;

describe('the times to snooze until', () => {
  it.each([
    [
      'a Wednesday',
      at(6, 10, 10, 20),
      { later: at(6, 10, 14), tomorrow: at(6, 11, 8), weekend: at(6, 13, 8), week: at(6, 15, 8) },
    ],
    [
      'a Wednesday’s evening',
      at(6, 10, 21),
      { tomorrow: at(6, 11, 8), weekend: at(6, 13, 8), week: at(6, 15, 8) },
    ],
    ['a Friday', at(6, 12, 9), { later: at(6, 12, 13), tomorrow: at(6, 13, 8), week: at(6, 15, 8) }],
    ['a Saturday', at(6, 13, 9), { later: at(6, 13, 13), tomorrow: at(6, 14, 8), week: at(6, 15, 8) }],
    ['a Sunday', at(6, 14, 9), { later: at(6, 14, 13), tomorrow: at(6, 15, 8) }],
    [
      'a Monday',
      at(6, 15, 9),
      { later: at(6, 15, 13), tomorrow: at(6, 16, 8), weekend: at(6, 20, 8), week: at(6, 22, 8) },
    ],
    [
      'the end of a year',
      at(12, 31, 23),
      { tomorrow: new Date(2027, 0, 1, 8), weekend: new Date(2027, 0, 2, 8), week: new Date(2027, 0, 4, 8) },
    ],
  ])('are of %s', (_, now, wanted) => {
    expect(Object.fromEntries(snoozeTimes(now).map(({ key, at: time }) => [key, time]))).toEqual(wanted);
  });

  it('may be another one, to come and within a year', () => {
    const now = at(6, 10, 10);
    expect(otherTime('2026-06-10T10:01', now)).toEqual(at(6, 10, 10, 1));
    for (const wrong of ['', 'soon', '2026-06-10T10:00', '2020-01-01T08:00', '2027-06-11T10:00'])
      expect(otherTime(wrong, now)).toBeUndefined();
  });

  it('are said with the day where it is another one', () => {
    const now = at(6, 10, 10);
    expect(momentText(words('en'), at(6, 10, 14), now)).toBe('2:00 PM');
    expect(momentText(words('en'), at(6, 11, 8), now)).toBe('Thu 8:00 AM');
    expect(momentText(words('fr'), at(8, 20, 8), now)).toMatch(/20 août.*8:00/);
  });
});

describe('days', () => {
  const row = (id: string, created: Date): NotificationRow => ({
    id,
    type: 'a',
    title: id,
    body: null,
    link: null,
    team_id: null,
    read_at: null,
    created_at: created.toISOString(),
  });

  it('begin at the midnight of the zone', () => {
    const rows = [
      row('4', at(6, 10, 0, 1)),
      row('3', at(6, 9, 23, 59)),
      row('2', at(6, 9, 1)),
      row('1', at(6, 1, 9)),
    ];
    const days = byDay(rows).map(({ day, rows: own }) => [
      dayText(words('en'), day, at(6, 10, 9)),
      own.length,
    ]);
    expect(days).toEqual([
      ['Today', 1],
      ['Yesterday', 2],
      ['Monday, June 1', 1],
    ]);
    expect(dayText(words('en'), at(6, 10, 9), new Date(2027, 5, 10))).toBe('Wednesday, June 10, 2026');
    expect(dayText(words('fr'), at(6, 9, 9), at(6, 10, 9))).toBe('Hier');
  });
});

describe('a selection', () => {
  const order = ['a', 'b', 'c', 'd', 'e'];
  const of = (selection: Selection): string => order.filter((id) => selection.has(id)).join('');

  it('goes on from where the last one was selected, in both directions', () => {
    const selection = new Selection();
    selection.toggle('c');
    selection.extend('e', order);
    expect(of(selection)).toBe('cde');
    selection.extend('b', order);
    expect(of(selection)).toBe('bcde');
    selection.toggle('d');
    expect(of(selection)).toBe('bce');
  });

  it('drops what is not shown any more, and begins anew where it went on from', () => {
    const selection = new Selection();
    selection.toggle('a');
    selection.toggle('b');
    selection.keep(['a', 'd', 'e'], () => undefined);
    expect([of(selection), selection.size]).toEqual(['a', 1]);
    selection.extend('e', ['a', 'd', 'e']);
    expect(of(selection)).toBe('ae');
  });

  it('stays with what is shown under another id', () => {
    const selection = new Selection();
    selection.toggle('a');
    selection.toggle('b');
    selection.keep(['e', 'a'], (id) => (id === 'b' ? 'e' : undefined));
    expect(of(selection)).toBe('ae');
  });
});

describe('what was done', () => {
  const now = new Date('2026-06-10T10:00:00Z');
  const base = { id: '1', read_at: null } as NotificationRow;

  it.each([
    ['in the inbox', base, { archived: false, snoozed_until: null, read: false }],
    [
      'read',
      { ...base, read_at: '2026-06-09T10:00:00Z' },
      { archived: false, snoozed_until: null, read: true },
    ],
    ['archived', { ...base, state: 'archived' as const }, { archived: true, read: false }],
    [
      'snoozed',
      { ...base, state: 'snoozed' as const, snoozed_until: '2026-06-11T10:00:00Z' },
      { snoozed_until: new Date('2026-06-11T10:00:00Z'), read: false },
    ],
    [
      'snoozed until a time that has come',
      { ...base, state: 'snoozed' as const, snoozed_until: '2026-06-10T09:00:00Z' },
      { archived: false, snoozed_until: null, read: false },
    ],
  ])('is taken back: it was %s', (_, row, wanted) => {
    expect(asBefore(row, now)).toEqual(wanted);
  });

  it('was asked of the server by so many calls at once, in order, also where some fail', async () => {
    const gate = new Gate(2);
    const begun: number[] = [];
    let open = 0;
    let most = 0;
    const call = (index: number) => async (): Promise<number> => {
      begun.push(index);
      most = Math.max(most, (open += 1));
      await Promise.resolve();
      open -= 1;
      if (index % 3 === 0) throw new Error('refused');
      return index;
    };
    const all = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((index) => gate.pass(call(index))));
    expect(all.map(({ status }) => status === 'fulfilled')).toEqual([false, true, true, false, true, true]);
    expect([begun, most]).toEqual([[0, 1, 2, 3, 4, 5], 2]);
  });
});
