import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { LEVELS } from '../../../src/config/options.js';
import { bytes, cut } from '../../../src/channels/cut.js';
import type { Target, WebhookFormat } from '../../../src/channels/webhook/formats/format.js';
import type { Message } from '../../../src/deliveries/sending-channel.js';
import { formatOf, KINDS } from '../../../src/channels/webhook/formats/registry.js';
import { createSecret } from '../../../src/channels/webhook/sign.js';
import { checkDiscord, checkNtfy, checkSlack } from './support/providers.js';

const NOW = Date.now();
const SECRET = createSecret();

function content(notification: Partial<Message['notification']> = {}): Message {
  return {
    id: '0195e1f0-0000-7000-8000-000000000001',
    userId: 'user-1',
    event: 'job.failed',
    notificationId: '0195e1f0-0000-7000-8000-000000000002',
    notification: {
      type: 'job_failed',
      level: 'error',
      title: 'Backup failed',
      body: 'The disk is full.',
      link: 'https://app.example.com/jobs/7?a=1&b=2',
      data: '{"job": 7, "id": 653247040368672768}',
      teamId: 'team-1',
      entityType: null,
      entityId: null,
      collapseKey: null,
      actions: [],
      image: null,
      actor: null,
      expiresAt: null,
      createdAt: new Date('2026-03-30T08:00:00.123Z'),
      ...notification,
    },
  };
}

function target(overrides: Partial<Target> = {}): Target {
  return { url: 'https://hooks.example/base/alerts', credentials: {}, secrets: [SECRET], ...overrides };
}

function format(kind: string): WebhookFormat {
  const found = formatOf(kind);
  if (!found) throw new Error(`no format ${kind}`);
  return found;
}

function sent(kind: string, of = content(), to = target()) {
  const request = format(kind).request(of, to, NOW);
  const body = String(request.body);
  return { ...request, body, json: JSON.parse(body) };
}

describe('generic', () => {
  it('is the documented body, signed', () => {
    const { url, headers, body, json } = sent('generic');
    expect(url).toBe('https://hooks.example/base/alerts');
    expect(json).toEqual({
      type: 'job.failed',
      timestamp: '2026-03-30T08:00:00.123Z',
      data: {
        user_id: 'user-1',
        notification: {
          id: '0195e1f0-0000-7000-8000-000000000002',
          type: 'job_failed',
          level: 'error',
          title: 'Backup failed',
          body: 'The disk is full.',
          link: 'https://app.example.com/jobs/7?a=1&b=2',
          data: { job: 7, id: Number('653247040368672768') },
          team_id: 'team-1',
          created_at: '2026-03-30T08:00:00.123Z',
        },
      },
    });
    // With the digits that were sent, which a parser here would not keep.
    expect(body).toContain('"data":{"job": 7, "id": 653247040368672768}');
    expect(headers['webhook-id']).toBe('0195e1f0-0000-7000-8000-000000000001');
    expect(new Webhook(SECRET).verify(body, headers)).toEqual(json);
  });

  it('tells each recipient of one event the same, under their own ids', () => {
    const { notification } = content({ title: '"\\\u2028', body: null, data: null });
    for (const userId of ['"quoted"', 'löwe', 'back\\slash']) {
      const notificationId = `of ${userId}`;
      const { json } = sent('generic', { ...content(), userId, notificationId, notification });
      expect(json.data).toMatchObject({ user_id: userId, notification: { id: notificationId } });
      expect(json.data.notification).toMatchObject({ title: notification.title, body: null, data: null });
    }
  });
});

describe('discord', () => {
  it('is an embed that pings nobody', () => {
    expect(sent('discord').json).toEqual({
      embeds: [
        {
          title: 'Backup failed',
          description: 'The disk is full.',
          url: 'https://app.example.com/jobs/7?a=1&b=2',
          color: 0xe74c3c,
          timestamp: '2026-03-30T08:00:00.123Z',
          footer: { text: 'job.failed' },
        },
      ],
      allowed_mentions: { parse: [] },
    });
  });

  it('leaves out what is not there, and links that lead nowhere from outside', () => {
    const [embed] = sent('discord', content({ body: null, link: '/jobs/7', title: ' ' })).json.embeds;
    expect(embed).toMatchObject({ title: 'job.failed' });
    expect(Object.keys(embed)).toEqual(['title', 'color', 'timestamp', 'footer']);
  });
});

describe('links in discord', () => {
  it.each([
    ['https://app.example.com/jobs/7'],
    ['http://192.168.1.5:3000/x'],
    ['https://münchen.example/ü?a=|', 'https://xn--mnchen-3ya.example/%C3%BC?a=%7C'],
    ['https://example.com:8443/#part'],
  ])('%s is the link of the embed', (link, href = link) => {
    const [embed] = sent('discord', content({ link })).json.embeds;
    expect(embed).toMatchObject({ url: href, description: 'The disk is full.' });
  });

  it.each([
    'http://jobs:8080/runs/17',
    'http://wiki./x',
    'http://localhost:3000/',
    'http://[2001:db8::1]/x',
    'http://build_server.example.com/7',
    'https://ada:secret@example.com/',
    'https://example.com./',
  ])('%s, which Discord refuses or may refuse, is text', (link) => {
    const [embed] = sent('discord', content({ link })).json.embeds;
    expect(embed).not.toHaveProperty('url');
    expect(embed.description).toBe(`The disk is full.\n\n${link}`);
    const [bare] = sent('discord', content({ link, body: null })).json.embeds;
    expect(bare.description).toBe(link);
    const [long] = sent('discord', content({ link, body: 'x'.repeat(9_000) })).json.embeds;
    expect(long.description).toHaveLength(4096);
    expect(long.description).toMatch(/…\n\nhttps?:/);
  });
});

describe('slack', () => {
  it('is a text and blocks', () => {
    expect(sent('slack').json).toEqual({
      text: 'Backup failed\nThe disk is full.',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Backup failed', emoji: false } },
        { type: 'section', text: { type: 'mrkdwn', text: 'The disk is full.', verbatim: true } },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: '<https://app.example.com/jobs/7?a=1&amp;b=2|Open>',
            verbatim: true,
          },
        },
        { type: 'context', elements: [{ type: 'mrkdwn', text: 'job.failed', verbatim: true }] },
      ],
    });
  });

  it('mentions nobody', () => {
    const { body } = sent('slack', content({ title: '<!channel> & <@U1>', body: '<!here> a<b>c' }));
    expect(body).not.toMatch(/<[!@]/);
    expect(body).toContain('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  });
});

describe('ntfy', () => {
  it('is published as JSON to the root of the server', () => {
    const { url, headers, json } = sent('ntfy');
    expect(url).toBe('https://hooks.example/base/');
    expect(json).toEqual({
      topic: 'alerts',
      title: 'Backup failed',
      message: 'The disk is full.',
      priority: 5,
      tags: ['rotating_light'],
      click: 'https://app.example.com/jobs/7?a=1&b=2',
    });
    expect(headers).not.toHaveProperty('authorization');
  });

  it('says the title as the message when there is no text', () => {
    const { json } = sent('ntfy', content({ body: null, link: null }));
    expect(json).toEqual({
      topic: 'alerts',
      message: 'Backup failed',
      priority: 5,
      tags: ['rotating_light'],
    });
  });

  it.each([
    [{ token: 'tk_1' }, 'Bearer tk_1'],
    [{ username: 'phil', password: 'pässword' }, `Basic ${Buffer.from('phil:pässword').toString('base64')}`],
  ])('authorizes with %j', (credentials, expected) => {
    expect(sent('ntfy', content(), target({ credentials })).headers['authorization']).toBe(expected);
  });

  it.each([
    ['https://ntfy.sh/alerts', undefined],
    ['https://ntfy.sh/alerts/', undefined],
    ['https://example.com/push/alerts', undefined],
    ['https://ntfy.sh/', expect.stringContaining('must end with the topic')],
    ['https://ntfy.sh/a%20b', expect.stringContaining('must end with the topic')],
    ['https://ntfy.sh/alerts?auth=x', expect.stringContaining('must not have a query')],
  ])('%s: %p', (url, expected) => {
    expect(format('ntfy').urlProblem?.(new URL(url))).toEqual(expected);
  });
});

describe('verdicts', () => {
  it.each([
    ['generic', 200, '', 'delivered'],
    ['generic', 204, '', 'delivered'],
    ['generic', 301, '', 'retry'],
    ['generic', 404, '', 'retry'],
    ['generic', 410, '', 'gone'],
    ['generic', 429, '', 'retry'],
    ['generic', 500, '', 'retry'],
    ['discord', 204, '', 'delivered'],
    ['discord', 302, '', 'retry'],
    ['discord', 400, '', 'failed'],
    ['discord', 404, '', 'failed'],
    ['discord', 408, '', 'retry'],
    ['discord', 410, '', 'gone'],
    ['discord', 429, '', 'retry'],
    ['discord', 503, '', 'retry'],
    ['slack', 200, 'ok', 'delivered'],
    ['slack', 200, 'ok\n', 'delivered'],
    // Rocket.Chat, Zulip, Mattermost, Discord's own `/slack`, and bridges.
    ['slack', 200, '{"success":true}', 'delivered'],
    ['slack', 200, '{"result":"success","msg":"","ok":true}', 'delivered'],
    ['slack', 200, '{"ok":true,"warning":"missing_charset","error":"none"}', 'delivered'],
    ['slack', 200, '', 'delivered'],
    ['slack', 200, 'Message queued.', 'delivered'],
    ['slack', 200, '{not JSON', 'delivered'],
    ['slack', 201, '{"id":7}', 'delivered'],
    ['slack', 202, '', 'delivered'],
    ['slack', 204, '', 'delivered'],
    ['slack', 200, 'no_service', 'retry'],
    ['slack', 200, '{"ok":false,"error":"invalid_auth"}', 'retry'],
    ['slack', 200, '{"success":false}', 'retry'],
    ['slack', 200, '{"result":"error","msg":"Invalid API key"}', 'retry'],
    ['slack', 200, '{"error":"channel not found"}', 'retry'],
    ['slack', 200, '<html>', 'retry'],
    ['slack', 200, '\n<!DOCTYPE html><title>Sign in</title>', 'retry'],
    ['discord', 200, '{"id":"1"}', 'delivered'],
    ['discord', 200, '<html>', 'retry'],
    ['ntfy', 200, '<!doctype html>', 'retry'],
    ['generic', 200, '<html>', 'delivered'],
    ['slack', 400, 'invalid_payload', 'failed'],
    ['slack', 403, 'action_prohibited', 'failed'],
    ['slack', 404, 'no_service', 'failed'],
    ['slack', 410, 'channel_is_archived', 'gone'],
    ['slack', 429, '', 'retry'],
    ['slack', 500, 'rollup_error', 'retry'],
    ['ntfy', 200, '{}', 'delivered'],
    ['ntfy', 401, '', 'failed'],
    ['ntfy', 413, '', 'failed'],
    ['ntfy', 429, '', 'retry'],
    ['ntfy', 507, '', 'retry'],
  ])('%s %s %p: %s', (kind, status, body, expected) => {
    expect(format(kind).verdict({ status, body })).toBe(expected);
  });
});

describe('whatever an event holds', () => {
  const odd = fc.constantFrom(
    ...[
      '\ud800',
      '\udfff',
      '\u0000',
      '\u0085',
      '\u001f',
      '\u2028',
      '\ufeff',
      '\u200b',
      '\u202e',
      '\u3000',
      '\ufff9',
    ],
    ...['👩‍👩‍👧‍👦', '\u0301', '<', '&', '|', '`', '"', '\\', '%', '\n', ' ', 'x'],
  );
  const text = fc.oneof(
    fc.string({ unit: odd }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: odd, minLength: 200, maxLength: 5_000, size: 'max' }),
  );
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.constantFrom(
      'localhost',
      'jobs',
      'wiki.',
      'a_b.example',
      'münchen.example',
      'xn--bcher-kva.example',
      '例え.jp',
    ),
    fc.constantFrom(
      'ada:x@example.com',
      'x.example:99999',
      '127.1',
      '0x7f000001',
      'EXAMPLE.COM',
      'a..b',
      '-a.b',
    ),
  );
  const link = fc.oneof(
    fc
      .tuple(fc.constantFrom('http', 'https', 'HTTPS'), host, fc.option(fc.nat(70_000)), text)
      .map(([scheme, name, port, path]) => `${scheme}://${name}${port === null ? '' : `:${port}`}/${path}`),
    text.map((path) => `/${path}`),
    fc.constantFrom('javascript:alert(1)', 'mailto:a@example.com', '//example.com', 'https://', '', '?', 'x'),
  );
  const anything = fc.record({
    title: text,
    body: fc.option(text),
    link: fc.option(link),
    level: fc.constantFrom(...LEVELS),
    data: fc.option(fc.dictionary(fc.string(), fc.jsonValue()).map((data) => JSON.stringify(data))),
    teamId: fc.option(text),
  });

  it.each([
    ['discord', checkDiscord],
    ['slack', checkSlack],
    ['ntfy', checkNtfy],
  ])('%s takes it', (kind, check) => {
    fc.assert(
      fc.property(anything, (notification) => {
        const { url, headers, body } = sent(
          kind,
          content(notification),
          target({ url: 'https://chat.example/alerts' }),
        );
        expect(check({ path: new URL(url).pathname, headers, body })).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('generic says it as it is', () => {
    fc.assert(
      fc.property(anything, (notification) => {
        const { json } = sent('generic', content(notification));
        const { data, ...said } = notification;
        expect(json.data.notification).toMatchObject(
          JSON.parse(JSON.stringify({ ...said, teamId: undefined })),
        );
        expect(json.data.notification.data).toEqual(JSON.parse(data ?? 'null'));
      }),
    );
  });
});

describe('limits', () => {
  const unit = fc.constantFrom(
    'a',
    '\n',
    ' ',
    '"',
    '\\',
    '&',
    '<',
    '>',
    '|',
    'é',
    'e\u0301',
    '漢',
    '👩‍👩‍👧‍👦',
    '🏳️‍🌈',
    '\u0007',
    '*',
  );
  const text = (maxLength: number) => fc.string({ unit, maxLength, size: 'max' });
  const notification = fc.record({
    title: text(600),
    body: fc.option(text(9000)),
    link: fc.option(
      fc.oneof(
        fc.webUrl(),
        text(3000).map((tail) => `https://example.com/${tail}`),
      ),
    ),
    level: fc.constantFrom(...LEVELS),
  });

  it('discord', () => {
    fc.assert(
      fc.property(notification, (overrides) => {
        const [embed] = sent('discord', content(overrides)).json.embeds;
        expect(embed.title.length).toBeGreaterThan(0);
        expect(embed.title.length).toBeLessThanOrEqual(256);
        expect((embed.description ?? '').length).toBeLessThanOrEqual(4096);
        expect((embed.url ?? '').length).toBeLessThanOrEqual(2048);
        const total = embed.title.length + (embed.description ?? '').length + embed.footer.text.length;
        expect(total).toBeLessThanOrEqual(6000);
      }),
      { numRuns: 50 },
    );
  });

  it('slack', () => {
    fc.assert(
      fc.property(notification, (overrides) => {
        const { json } = sent('slack', content(overrides));
        expect(json.text.length).toBeLessThanOrEqual(4000);
        for (const block of json.blocks) {
          const [element] = block.elements ?? [block.text];
          expect(element.text.length).toBeGreaterThan(0);
          expect(element.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3000);
          // Every control character is part of an entity, or of the one link that was made here.
          const plain = element.text.replace(/^<https?:[^<>|]+\|Open>$/, '').replace(/&(amp|lt|gt);/g, '');
          expect(plain).not.toMatch(/[&<>]/);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('ntfy', () => {
    fc.assert(
      fc.property(notification, (overrides) => {
        const { json, body } = sent('ntfy', content(overrides));
        expect(bytes(json.message)).toBeGreaterThan(0);
        expect(bytes(json.message)).toBeLessThan(4096);
        expect(bytes(body)).toBeLessThanOrEqual(8192);
      }),
      { numRuns: 50 },
    );
  });

  it('every level is known to every format', () => {
    for (const kind of KINDS) for (const level of LEVELS) sent(kind, content({ level }));
  });
});

describe('cut', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['a longer text', 8, 'a longe…'],
    ['a longer text', 3, 'a…'],
    ['family 👩‍👩‍👧‍👦!', 15, 'family…'],
    ['cafe\u0301 au lait', 6, 'cafe\u0301…'],
    ['cafe\u0301 au lait', 5, 'caf…'],
    ['anything', 1, '…'],
    ['anything', 0, ''],
  ])('%j to %s: %j', (text, limit, expected) => {
    expect(cut(text, limit)).toBe(expected);
  });

  it('keeps whole graphemes of the text, as many as fit', () => {
    const segments = (text: string) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, limit) => {
        const result = cut(text, limit, bytes);
        expect(bytes(result)).toBeLessThanOrEqual(limit);
        if (result === text || result === '') return;
        const kept = segments(result.slice(0, -1));
        expect(segments(text).slice(0, kept.length)).toEqual(kept);
      }),
    );
  });
});
