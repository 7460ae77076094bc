import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoff } from '../../web/client/backoff.js';
import { applyChange, changeOf, type Change, type Rows } from '../../web/client/changes.js';
import { decodeEvent } from '../../web/client/events.js';
import { subjectOf } from '../../web/client/identity.js';
import { Ledger } from '../../web/client/ledger.js';
import { safeLink } from '../../web/client/link.js';
import { SseParser, type SseMessage } from '../../web/client/sse.js';
import { pickTab, type Presence } from '../../web/client/tabs.js';
import type { NotificationRow } from '../../web/client/wire.js';
import { fill, language, plural, relativeTime, typeLabel } from '../../web/element/language.js';

describe('the event stream parser', () => {
  const parse = (pieces: Uint8Array[]): SseMessage[] => {
    const parser = new SseParser();
    return pieces.flatMap((piece) => parser.push(piece));
  };
  /** Cuts bytes at the given places, wherever that is inside a line end or a character. */
  const cut = (bytes: Uint8Array, places: number[]): Uint8Array[] => {
    const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
  };
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));
  const message = fc.record({
    id: fc.integer({ min: 1 }).map(String),
    event: fc.constantFrom('notification', 'read', 'unread'),
    data: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
  });

  it('reads the same messages wherever the bytes are cut, with every kind of line end', () => {
    fc.assert(
      fc.property(
        fc.array(message),
        fc.constantFrom('\n', '\r', '\r\n'),
        fc.array(fc.nat()),
        fc.boolean(),
        (messages, end, places, mark) => {
          const text = messages
            .map(({ id, event, data }) =>
              [
                `: beat`,
                `id: ${id}`,
                `event:${event}`,
                ...data.split('\n').map((one) => `data: ${one}`),
                '',
                '',
              ].join(end),
            )
            .join('');
          const bytes = new TextEncoder().encode((mark ? '\ufeff' : '') + text);
          expect(parse(cut(bytes, places))).toEqual(messages);
        },
      ),
    );
  });

  it.each<[string, string, SseMessage[]]>([
    ['drops a message that is not finished', 'data: a\n\ndata: b', [{ id: '', event: 'message', data: 'a' }]],
    ['keeps the id for later messages', 'id: 7\n\ndata: a\n\n', [{ id: '7', event: 'message', data: 'a' }]],
    ['ignores an id with NUL', 'id: 1\nid: 2\0\ndata: a\n\n', [{ id: '1', event: 'message', data: 'a' }]],
    [
      'forgets the event name after a message',
      'event: x\n\ndata: a\n\n',
      [{ id: '', event: 'message', data: 'a' }],
    ],
    ['takes away one space only', 'data:  a\n\n', [{ id: '', event: 'message', data: ' a' }]],
    ['knows a field without a colon', 'data\n\n', [{ id: '', event: 'message', data: '' }]],
    ['ignores unknown fields', 'retry: 10\nfoo: bar\ndata: a\n\n', [{ id: '', event: 'message', data: 'a' }]],
  ])('%s', (_, text, messages) => {
    expect(parse([new TextEncoder().encode(text)])).toEqual(messages);
  });

  it.each<[string, string, string]>([
    ['of a block without data, such as a heartbeat', 'id: 7\n\n: beat\nid: 9\n\n', '9'],
    ['of the last whole block: one that is cut would be lost', 'id: 7\ndata: a\n\nid: 9\ndata: b\n', '7'],
    ['of none before there is one', ': beat\n\nid: 9\n', ''],
  ])('resumes after the id %s', (_, text, id) => {
    const parser = new SseParser();
    parser.push(new TextEncoder().encode(text));
    expect(parser.lastId).toBe(id);
  });

  it('ignores events that it does not know and data that is not JSON', () => {
    expect(decodeEvent({ id: '1', event: 'later', data: '{}' })).toBeUndefined();
    expect(decodeEvent({ id: '1', event: 'unread', data: 'no' })).toBeUndefined();
    const data = JSON.stringify({ notification: { id: 'b' }, toast: true, replaces: 'a' });
    expect(decodeEvent({ id: '1', event: 'notification', data })).toMatchObject({
      toast: true,
      replaces: 'a',
    });
    expect(decodeEvent({ id: '1', event: 'unread', data: '{"count":3}' })).toEqual({
      id: '1',
      type: 'unread',
      count: 3,
    });
    expect(decodeEvent({ id: '2', event: 'read', data: '{"all":true,"type":"a","read_at":"t"}' })).toEqual({
      id: '2',
      type: 'read',
      rows: { all: true, type: 'a' },
      read_at: 't',
    });
  });
});

describe('links', () => {
  it.each([
    '/',
    '/jobs/1',
    '/search?q=a%20b#c',
    'https://example.com',
    'http://localhost:3000/x',
    'HTTPS://EXAMPLE.COM/',
  ])('lets %j become an href', (link) => expect(safeLink(link)).toBe(link));

  it.each([
    null,
    undefined,
    '',
    'jobs/1',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://example.com/1',
    'mailto:a@example.com',
    'ftp://example.com',
    'https:/\\evil.example',
    'https:///evil.example',
    'https:evil.example',
    'http://',
    'https://exa mple.com',
  ])('refuses %j', (link) => expect(safeLink(link)).toBeUndefined());

  it('never lets anything through that a browser would not read as http(s) or as a path here', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      ':',
      '\t',
      '\n',
      ' ',
      'http',
      'https',
      'javascript',
      'a',
      '.',
      '?',
      '@',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          const link = safeLink(text);
          if (link === undefined) return;
          const url = new URL(link, 'https://here.example/page');
          expect(['http:', 'https:']).toContain(url.protocol);
          if (link.startsWith('/')) expect(url.origin).toBe('https://here.example');
        },
      ),
    );
  });
});

describe('the back-off', () => {
  it('grows to a quarter of a minute, never waits longer, and never less than the floor or what was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(100_000),
        (attempt, random, least) => {
          const wait = backoff(attempt, random, least);
          expect(wait).toBeGreaterThanOrEqual(Math.max(100, least));
          expect(wait).toBeLessThanOrEqual(Math.max(15_000, least));
        },
      ),
    );
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => backoff(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
  });

  it('spreads clients over the whole wait', () => {
    expect(backoff(5, 0)).toBe(100);
    expect(backoff(5, 0.5)).toBe(7_500);
  });
});

describe('the rows and their count', () => {
  const row = (id: string, patch: Partial<NotificationRow> = {}): NotificationRow => ({
    id,
    type: 'a',
    title: id,
    body: null,
    link: null,
    team_id: null,
    read_at: null,
    created_at: '2026-01-01T00:00:00.000Z',
    ...patch,
  });
  const ids = fc.constantFrom('1', '2', '3', '4', '5');
  const types = fc.constantFrom('a', 'b');
  const time = fc.constantFrom(null, '2026-01-02T00:00:00.000Z');
  const some = fc.array(ids);
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record(
      {
        kind: fc.constant('put' as const),
        row: fc.tuple(ids, types, time).map(([id, type, read_at]) => row(id, { type, read_at })),
        replaces: ids,
      },
      { requiredKeys: ['kind', 'row'] },
    ),
    fc.record({ kind: fc.constant('read' as const), ids: some, read_at: time }),
    fc.record({ kind: fc.constant('deleted' as const), ids: some }),
    fc.constant({ kind: 'many' as const }),
  );
  const unreadIn = (known: Rows): number => [...known.values()].filter((one) => one.read_at === null).length;

  it('reckons exactly how many unread rows a change adds or takes', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const known = new Map<string, NotificationRow>();
        let unread = 0;
        for (const one of changes) {
          unread += applyChange(known, one);
          expect(unread).toBe(unreadIn(known));
        }
      }),
    );
  });

  it('puts what comes to the top again in the place of what it replaces', () => {
    const known = new Map([['1', row('1')]]);
    const event = {
      type: 'notification',
      id: '9',
      notification: row('2'),
      toast: false,
      replaces: '1',
    } as const;
    const unread = applyChange(known, changeOf(event)!);
    expect([[...known.keys()], unread]).toEqual([['2'], 0]);
  });

  it('says nothing new when the same change comes twice, by the call and by the stream', () => {
    fc.assert(
      fc.property(fc.array(change), change, (before, one) => {
        const known = new Map<string, NotificationRow>();
        for (const next of [...before, one]) applyChange(known, next);
        const first = new Map(known);
        expect(applyChange(known, one)).toBe(0);
        expect(known).toEqual(first);
      }),
    );
  });

  it('takes a refused change back without a trace, whatever came in between', () => {
    fc.assert(
      fc.property(fc.array(change), change, fc.array(change), (before, refused, meanwhile) => {
        const ledger = new Ledger();
        const plain = new Ledger();
        for (const one of [ledger, plain]) {
          one.unread = 10;
          for (const next of before) one.apply(next);
        }
        const proposal = ledger.propose(refused);
        for (const next of meanwhile) ledger.apply(next);
        for (const next of meanwhile) plain.apply(next);
        ledger.withdraw(proposal);
        expect(ledger.shown).toEqual(plain.shown);
      }),
    );
  });

  it('shows what was done last, while the stream tells of what was done before, one after the other', () => {
    const ledger = new Ledger();
    ledger.apply({ kind: 'put', row: row('1') });
    const times = ['2026-01-02T00:00:00.000Z', null, '2026-01-03T00:00:00.000Z', null];
    const changes = times.map((read_at): Change => ({ kind: 'read', ids: ['1'], read_at }));
    for (const one of changes) ledger.propose(one);
    for (const one of changes) {
      ledger.apply(one);
      expect(ledger.shown.rows.get('1')?.read_at).toBeNull();
    }
  });

  it('applies to a late answer what changed while it was on its way', async () => {
    const ledger = new Ledger();
    await ledger.replace(
      () => {
        ledger.apply({ kind: 'deleted', ids: ['1'] });
        ledger.apply({ kind: 'put', row: row('9') });
        return Promise.resolve([row('1'), row('2')]);
      },
      (answer) => new Map(answer.map((one) => [one.id, one])),
    );
    expect([...ledger.rows.keys()].sort()).toEqual(['2', '9']);
  });

  it('leaves an answer aside when newer things were heard of the same rows since the call', () => {
    const ledger = new Ledger();
    ledger.apply({ kind: 'put', row: row('1') });
    ledger.unread = 1;
    const mark = { kind: 'read' as const, ids: ['1'], read_at: 'now' };
    const proposal = ledger.propose(mark);
    // Marked, and by another page marked unread again; the answer to the first call comes last.
    ledger.apply(mark);
    ledger.apply({ ...mark, read_at: null });
    ledger.confirm(proposal, mark);
    ledger.withdraw(proposal);
    expect([ledger.shown.unread, ledger.rows.get('1')?.read_at]).toEqual([1, null]);
  });

  it('shows an own change until the stream has told of it, whatever older things that tells before', () => {
    const ledger = new Ledger();
    ledger.apply({ kind: 'put', row: row('1') });
    const deleted = { kind: 'deleted' as const, ids: ['1'] };
    const put = { kind: 'put' as const, row: row('1') };
    const [deletion, undoing] = [ledger.propose(deleted), ledger.propose(put)];
    ledger.confirm(deletion, deleted);
    ledger.confirm(undoing, put);
    ledger.apply(deleted);
    expect([...ledger.shown.rows.keys()]).toEqual(['1']);
    ledger.apply(put);
    expect([...ledger.shown.rows.keys()]).toEqual(['1']);
    // From then on the stream is the truth again.
    ledger.apply(deleted);
    expect([...ledger.shown.rows.keys()]).toEqual([]);
  });

  it('shows what a change of many makes of the count until the server says one', () => {
    const ledger = new Ledger();
    ledger.unread = 5_000;
    const proposal = ledger.propose({ kind: 'read', ids: [], read_at: 'now' }, 0);
    expect(ledger.shown.unread).toBe(0);
    ledger.unread = 1;
    expect(ledger.shown.unread).toBe(1);
    ledger.withdraw(proposal);
    expect(ledger.shown.unread).toBe(1);
  });

  it('forgets with its user what that user’s calls have not been answered', () => {
    const ledger = new Ledger();
    const proposal = ledger.propose({ kind: 'put', row: row('1') });
    ledger.clear();
    ledger.confirm(proposal, { kind: 'put', row: row('1') });
    expect(ledger.rows.size).toBe(0);
  });
});

describe('the tab that shows a toast', () => {
  const tab = (name: string, visible: boolean, focusedAt: number, shows = true): Presence => ({
    tab: name,
    visible,
    focusedAt,
    shows,
  });

  it.each<[string, Presence[], string | undefined]>([
    ['the visible one', [tab('a', false, 9), tab('b', true, 1)], 'b'],
    ['the one that had the focus last', [tab('a', true, 1), tab('b', true, 2)], 'b'],
    ['one that shows toasts', [tab('a', true, 9, false), tab('b', false, 0)], 'b'],
    ['always the same of two equal ones', [tab('b', true, 1), tab('a', true, 1)], 'a'],
    ['none when none shows toasts', [tab('a', true, 1, false)], undefined],
  ])('is %s', (_, tabs, expected) => {
    expect(pickTab(tabs)).toBe(expected);
    expect(pickTab([...tabs].reverse())).toBe(expected);
  });
});

describe('whose token it is', () => {
  const token = (payload: unknown): string =>
    ['e30', Buffer.from(JSON.stringify(payload)).toString('base64url'), 'x'].join('.');

  it('reads the subject of a JWT, and nothing from anything else', () => {
    expect(subjectOf(token({ sub: 'user_2xé' }))).toBe('user_2xé');
    for (const wrong of ['', 'opaque', 'a.b.c', token({}), token({ sub: 7 }), token(null)]) {
      expect(subjectOf(wrong)).toBeUndefined();
    }
  });
});

describe('words', () => {
  const now = new Date('2026-06-15T12:00:00Z');
  const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

  it.each<[string, number, string]>([
    ['en', 0, 'just now'],
    ['en', 44, 'just now'],
    ['en', 60, '1 minute ago'],
    ['en', 3_540, '59 minutes ago'],
    ['en', 7_200, '2 hours ago'],
    ['en', 86_400, 'yesterday'],
    ['en', 3 * 86_400, '3 days ago'],
    ['en', 10 * 86_400, 'Jun 5'],
    ['en', 400 * 86_400, 'May 11, 2025'],
    ['en', -120, 'in 2 minutes'],
    ['fr', 7_200, 'il y a 2 heures'],
  ])('in %s, %d seconds are said as %j', (locale, seconds, text) => {
    expect(relativeTime(language(locale), ago(seconds), now)).toBe(text);
  });

  it('falls back to English, and survives a language tag that is none', () => {
    expect(language('de-CH').texts.retry).toBe('Try again');
    expect(language('fr-CA').texts.loadMore).toBe('Afficher plus');
    expect(language('not a tag!').locale).toBe('en');
  });

  it('counts in the plural of the language', () => {
    expect(plural(language('en'), { one: '{n} thing', other: '{n} things' }, 1)).toBe('1 thing');
    expect(plural(language('en'), { one: '{n} thing', other: '{n} things' }, 1_200)).toBe('1,200 things');
    expect(plural(language('fr'), language('fr').texts.bell, 0)).toBe('Notifications, 0 non lue');
  });

  it('replaces a text and a part of a text, and leaves the others', () => {
    const { texts } = language('en', { retry: 'Back', levels: { error: 'Broken' } });
    expect([texts.retry, texts.levels.error, texts.levels.info]).toEqual(['Back', 'Broken', 'Information']);
  });

  it('fills in values without reading them as patterns', () => {
    expect(fill('Deleted: {title}', { title: '{title} $& <b>' })).toBe('Deleted: {title} $& <b>');
    expect(fill('{unknown}', {})).toBe('{unknown}');
  });

  it('names a type by its text, else by its key', () => {
    expect(typeLabel(language('en'), 'job_failed')).toBe('Job failed');
    expect(typeLabel(language('fr'), 'job_failed')).toBe('Tâche échouée');
    expect(typeLabel(language('en'), 'x')).toBe('X');
    // What every object has is no text.
    expect(typeLabel(language('en'), 'constructor')).toBe('Constructor');
    expect(fill('{constructor}', {})).toBe('{constructor}');
  });
});
