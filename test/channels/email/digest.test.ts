import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodedSize } from '../../../src/channels/email/message/html.js';
import { renderMail } from '../../../src/channels/email/message/render-mail.js';
import { digestInput, digestItem, mailInput } from './support/mails.js';

const FAILED = digestItem(0);
const MENTION = digestItem(25, {
  type: 'comment',
  title: 'Bob mentioned you',
  body: `${'Look at this. '.repeat(20)}End`,
  link: 'https://elsewhere.example/4',
});
const EXPORT = digestItem(190, { title: 'The export failed', body: null, link: null });
const TYPES = { comment: { description: 'When you are mentioned', category: 'Documents' } };

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => digestItem(at, { title: `Number ${at}.` }));
const titlesIn = (text: string) => text.match(/Number \d+\./g)?.length;

describe('a mail about several notifications', () => {
  it('has them below the heading of their category, or else of their type, newest first', () => {
    const { subject, text, html } = renderMail(
      digestInput([FAILED, MENTION, EXPORT], {
        total: 15,
        types: TYPES,
        contact: { timeZone: 'Europe/Berlin' },
      }),
    );
    expect(subject).toBe('15 notifications from Acme');
    expect(text).toBe(`15 notifications from Acme

When a job fails:

* The nightly import failed
  Row 17 of orders.csv has no date. Nothing of the file was taken over.
  Mon, Mar 30, 10:00 AM
  https://app.example.com/jobs/17?tab=log&from=mail

* The export failed
  Mon, Mar 30, 6:50 AM

Documents:

* Bob mentioned you
  ${'Look at this. '.repeat(11)}Look…
  Mon, Mar 30, 9:35 AM
  https://elsewhere.example/4

and 12 more

Open: https://app.example.com

-- 
You get this because these notifications are on in your notification preferences.
Notification preferences: https://app.example.com
Unsubscribe: https://notify.example.com/v1/unsubscribe/TOKEN

Acme
`);
    const inOrder = [
      'aria-hidden="true">The nightly import failed · Bob mentioned you · The export failed&#847;',
      '>15 notifications from Acme</h1>',
      '>When a job fails</h2>',
      '>The nightly import failed</a>',
      '>The export failed</div>',
      '>Documents</h2>',
      'href="https://elsewhere.example/4"',
      '>and 12 more</a>',
      'class="button"',
    ];
    const places = inOrder.map((piece) => html.indexOf(piece));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it.each([
    [2, 2, undefined],
    [25, 25, undefined],
    [26, 25, 'and 1 more'],
    [50, 25, 'and 25 more'],
  ])('of %d shows %d', (count, shown, rest) => {
    const { html, text } = renderMail(digestInput(many(count)));
    for (const part of [html.slice(html.indexOf('<h1')), text]) {
      expect(titlesIn(part)).toBe(shown);
      expect(/and \d+ more/.exec(part)?.[0]).toBe(rest);
    }
  });

  it.each([
    ['en-GB', 'Asia/Kathmandu', '30 Mar, 13:45'],
    ['de', 'Europe/Berlin', 'Mo., 30. März, 10:00'],
    ['fr', 'America/New_York', 'lun. 30 mars'],
    ['en', null, 'Mon, Mar 30, 8:00 AM UTC'],
    ['en', 'Nowhere/Land', 'Mon, Mar 30, 8:00 AM UTC'],
    ['not a locale', 'Not a zone', 'Mon, Mar 30, 8:00 AM UTC'],
  ])('says when, in %s in %s', (locale, timeZone, time) => {
    const { html, text } = renderMail(digestInput(many(2), { contact: { locale, timeZone } }));
    for (const part of [html, text]) expect(part.replaceAll('\u202f', ' ')).toContain(time);
  });

  it('is in French for who reads that', () => {
    const { subject, text } = renderMail(digestInput(many(40), { contact: { locale: 'fr-CA' } }));
    expect(subject).toBe('40 notifications de Acme');
    expect(text).toContain('et 15 autres');
  });

  it('says that none of it can be turned off where that is so', () => {
    const { headers, text } = renderMail(
      digestInput(many(2), { type: { mutable: false }, unsubscribeUrl: null }),
    );
    expect(headers).not.toHaveProperty('List-Unsubscribe');
    expect(text).toContain('You get this because of notifications that cannot be turned off.');
  });
});

describe('its headers', () => {
  it('are those of one delivery, and of the list of its type', () => {
    const { messageId, headers } = renderMail(digestInput(many(2)));
    expect(messageId).toBe(renderMail(mailInput()).messageId);
    expect(headers).toEqual(renderMail(mailInput()).headers);
    expect(renderMail(digestInput([FAILED, MENTION])).headers['List-Id']).toBe('<digest.mail.example.com>');
  });

  it('are of a thread where all is about one thing', () => {
    const order = { entityType: 'order', entityId: '17' };
    const thread = (...about: object[]) =>
      renderMail(digestInput(about.map((one, at) => digestItem(at, one)))).references;
    expect(thread(order, order)).toBe(renderMail(mailInput({ notification: order })).references);
    expect(thread(order, { ...order, entityId: '18' })).toBeUndefined();
    expect(thread(order, {})).toBeUndefined();
    expect(thread({}, {})).toBeUndefined();
  });
});

describe('what is not to be trusted', () => {
  it('stays text, and one line in headers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const given = { title: text, body: text, link: text, entityType: text, entityId: text };
        const {
          subject,
          references = '',
          headers,
          html,
          ...mail
        } = renderMail(
          digestInput([digestItem(0, given), digestItem(1, given)], {
            types: { job_failed: { description: text, category: text } },
            brand: { name: text },
            contact: { locale: text, timeZone: text },
          }),
        );
        for (const line of [subject, references, ...Object.values(headers)]) {
          // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
          expect(line).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029]/);
        }
        expect([subject, html, mail.text].every((part) => part.isWellFormed())).toBe(true);
      }),
    );
  });

  it.each(['<script>alert(1)</script>', '" onmouseover="x', '</td></table>', '&lt;b&gt;', '<!--[if mso]>'])(
    'is no markup: %s',
    (text) => {
      const nasty = digestItem(0, { title: text, body: text, link: `/${text}` });
      const { html } = renderMail(
        digestInput([nasty, digestItem(1)], {
          types: { job_failed: { category: text } },
          brand: { name: text },
        }),
      );
      const tags = (of: string) => of.match(/<\/?[a-z!]+/g);
      expect(tags(html)).toEqual(tags(renderMail(digestInput(many(2))).html));
    },
  );

  it('has a name where nothing of its own can be seen', () => {
    const { text } = renderMail(digestInput([digestItem(0, { title: '\u200b', body: '\u200b' }), EXPORT]));
    expect(text).toContain('* job.failed\n  Mon');
    const own = { subject: ' ', html: '', text: '' };
    expect(renderMail(digestInput(many(3)), own).subject).toBe('3 notifications from Acme');
  });
});

it.each(['a', '"', 'é', '😀', '='])(
  'with 50 as long as can be, of %s, is below what Gmail shows',
  (piece) => {
    const long = {
      title: piece.repeat(255),
      body: piece.repeat(10_000),
      link: `/${piece.repeat(2_047)}`,
    };
    const items = Array.from({ length: 50 }, (_, at) => digestItem(at, long));
    const { html, text } = renderMail(
      digestInput(items, {
        types: { job_failed: { description: piece.repeat(5_000) } },
        brand: { name: piece.repeat(5_000) },
        footer: piece.repeat(5_000),
      }),
    );
    expect(encodedSize(html)).toBeLessThan(96_001);
    // What has no room is counted with what is not shown.
    const shown = html.split('<tr><td class="line" style="padding').length - 1;
    expect(shown).toBeGreaterThanOrEqual(2);
    expect(html).toContain(`>and ${50 - shown} more</a>`);
    expect(text.split('\n* ')).toHaveLength(26);
    expect(text).toContain('and 25 more');
  },
);
