import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contrast, textOn } from '../../../src/channels/email/message/color.js';
import { encodedSize, paragraphs, paragraphsSize } from '../../../src/channels/email/message/html.js';
import { renderMail } from '../../../src/channels/email/message/render-mail.js';
import { mailInput } from './support/mails.js';
import { SAMPLES } from './support/samples.js';

/** What a reader's eyes get of HTML. */
const seen = (html: string) =>
  html
    .replace(/<(style|title|head)[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

describe('what a mail says', () => {
  const mail = renderMail(mailInput());

  it('has the title as its subject, and goes to the person', () => {
    expect(mail.subject).toBe('The nightly import failed');
    expect(mail.to).toEqual({ name: 'Ada Lovelace', address: 'ada@example.com' });
  });

  it('says the same as HTML and as text', () => {
    for (const part of [seen(mail.html), mail.text]) {
      expect(part).toContain('The nightly import failed');
      expect(part).toContain('Row 17 of orders.csv has no date.');
      expect(part).toContain(
        'You get this because “When a job fails” is on in your notification preferences.',
      );
      expect(part).toContain('Acme');
    }
    for (const url of [
      'https://app.example.com/jobs/17?tab=log&from=mail',
      'https://notify.example.com/v1/unsubscribe/TOKEN',
      'https://app.example.com',
    ]) {
      expect(mail.text).toContain(url);
      expect(mail.html).toContain(`href="${url.replace(/&/g, '&amp;')}"`);
    }
  });

  it('is plain text line by line', () => {
    expect(mail.text).toBe(`The nightly import failed

Row 17 of orders.csv has no date.

Nothing of the file was taken over.

Open: https://app.example.com/jobs/17?tab=log&from=mail

-- 
You get this because “When a job fails” is on in your notification preferences.
Notification preferences: https://app.example.com
Unsubscribe: https://notify.example.com/v1/unsubscribe/TOKEN

Acme
`);
  });

  it('has buttons for the actions that lead somewhere, and names who did it', () => {
    const { html, text } = SAMPLES.actions;
    expect(text).toMatch(/^Ann Lee\n\nMay version 2\.4 go out\?\n\n/);
    expect(text).toContain(
      [
        'Open: https://app.example.com/releases/2.4',
        'Log: https://app.example.com/releases/2.4/log',
        `${'W'.repeat(40)}: https://ci.example.com/?a=1&b=2`,
      ].join('\n'),
    );
    const buttons = [...html.matchAll(/class="button"[^>]*><a href="([^"]*)"/g)].map(([, url]) => url);
    expect(buttons).toEqual([
      'https://app.example.com/releases/2.4',
      'https://app.example.com/releases/2.4/log',
      'https://ci.example.com/?a=1&amp;b=2',
    ]);
    expect(seen(html)).toContain('Ann Lee');
    // The inbox alone records the others, and nothing is loaded from elsewhere.
    expect(html + text).not.toContain('Approve');
    expect(html).not.toContain('cdn.example.com');
  });

  it('names nobody, and offers nothing, in a mail of several', () => {
    const { html, text } = SAMPLES.digest;
    expect(html + text).not.toMatch(/Ann Lee|Open the log/);
  });

  it('shows paragraphs and lines as they were written', () => {
    expect(paragraphs('one\ntwo\n\n \nthree')).toBe(
      '<p dir="auto" style="margin:0 0 16px">one<br>\ntwo</p>\n<p dir="auto" style="margin:0 0 16px">three</p>',
    );
  });

  it('leaves out what there is not', () => {
    const bare = renderMail(mailInput({ notification: { body: null, link: null }, unsubscribeUrl: null }));
    expect(bare.html).not.toContain('class="button"');
    expect(bare.text).not.toContain('Open');
    expect(bare.text).not.toContain('Unsubscribe');
    expect(bare.html).not.toMatch(/undefined|null/);
  });

  it('says of a type that cannot be turned off that it cannot', () => {
    const type = { description: 'A new sign-in', mutable: false };
    const { text } = renderMail(mailInput({ type, unsubscribeUrl: null }));
    expect(text).toContain('You get this because of “A new sign-in”, which cannot be turned off.');
  });

  it.each([
    ['/jobs/17', 'https://app.example.com/jobs/17'],
    ['https://elsewhere.example/x', 'https://elsewhere.example/x'],
    ['/\\evil.example', 'https://app.example.com//evil.example'],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
  ])('makes of the link %s the button to %s', (link, href) => {
    const { html } = renderMail(
      mailInput({ notification: { link }, appUrl: 'https://app.example.com/start' }),
    );
    const [, found] = /class="button"[^>]*><a href="([^"]*)"/.exec(html) ?? [];
    expect(found).toBe(href);
  });
});

describe('languages', () => {
  it.each([
    [null, 'en', 'ltr', 'Open'],
    ['fr-CA', 'fr-CA', 'ltr', 'Ouvrir'],
    ['ar', 'ar', 'rtl', 'Open'],
    ['az-Arab', 'az-Arab', 'rtl', 'Open'],
    ['he-IL', 'he-IL', 'rtl', 'Open'],
    ['de', 'de', 'ltr', 'Open'],
    ['not a locale', 'en', 'ltr', 'Open'],
  ])('%s is lang=%s dir=%s, and "%s"', (locale, lang, dir, open) => {
    const { html, text } = renderMail(mailInput({ contact: { locale } }));
    expect(html).toContain(`<html lang="${lang}" dir="${dir}">`);
    expect(html).toContain(`lang="${open === 'Ouvrir' ? 'fr' : 'en'}" dir="ltr"`);
    expect(text).toContain(`${open}: https://`);
  });
});

describe('what is not to be trusted', () => {
  const NASTY = `</title></style><script>alert(1)</script>"' onload='x' <img src=x onerror=alert(1)> &amp; {{x}} <!--[if mso]>`;

  it('stays text everywhere', () => {
    const input = mailInput({
      notification: { title: NASTY, body: NASTY },
      contact: { name: NASTY },
      type: { description: NASTY },
      brand: { name: NASTY },
      footer: NASTY,
    });
    const { html, text } = renderMail(input);
    const plain = renderMail(mailInput()).html;
    const tags = (of: string) => of.match(/<\/?[a-z!]+/g)?.filter((tag) => !/^<\/?p$/.test(tag));
    expect(tags(html)).toEqual(tags(plain));
    expect(seen(html).split(NASTY).length).toBeGreaterThan(4);
    expect(text).toContain(NASTY);
  });

  it.each([
    ['a line break', 'one\r\nBcc: x@evil.example', 'one Bcc: x@evil.example'],
    ['other line breaks', 'one\u2028two\u0085three\vfour', 'one two threefour'],
    ['NUL and other controls', 'o\0n\u001be\u009f', 'one'],
    ['half a surrogate pair', 'one \ud83d', 'one \ufffd'],
    ['marks that reorder what follows', '\u202etxt.exe\u202c', 'txt.exe'],
    ['an emoji of several characters', '👩‍👩‍👧‍👦 five', '👩‍👩‍👧‍👦 five'],
    ['nothing that can be seen', '\u200b\u2060', 'job.failed'],
  ])('makes one line of a title with %s', (_what, title, subject) => {
    const mail = renderMail(mailInput({ notification: { title } }));
    expect(mail.subject).toBe(subject);
    expect(mail.html).toContain(`>${subject}</h1>`);
  });

  it('is one line for headers, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary', minLength: 1 }),
        (text, userId) => {
          const input = mailInput({
            notification: { title: text, body: text, entityType: text, entityId: text },
            contact: { name: text },
            brand: { name: text },
            footer: text,
          });
          const mail = renderMail({ ...input, delivery: { ...input.delivery, userId } });
          const { references = '', messageId, subject, to, headers } = mail;
          for (const line of [references, messageId, subject, to.name, ...Object.values(headers)]) {
            // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
            expect(line).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029]/);
            expect(line.isWellFormed()).toBe(true);
          }
          expect(mail.html.isWellFormed() && mail.text.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('is cut where mail readers cut a subject, between characters', () => {
    const { subject } = renderMail(mailInput({ notification: { title: '👩‍👩‍👧‍👦'.repeat(23) } }));
    expect(subject).toBe(`${'👩‍👩‍👧‍👦'.repeat(18)}…`);
  });
});

describe('size', () => {
  it.each([
    ['letters', 'a'],
    ['emoji', '😀'],
    ['characters that HTML escapes', '"'],
    ['lines', 'a\n'],
    ['paragraphs', 'a\n\n'],
    ['equals signs', '='],
  ])('is below what Gmail shows, with 10,000 characters of %s', (_what, piece) => {
    const body = piece.repeat(10_000 / [...piece].length);
    const link = `/${'é'.repeat(2_000)}`;
    const brand = { name: 'é'.repeat(5_000) };
    const footer = '"\n'.repeat(5_000);
    const type = { description: '€'.repeat(5_000) };
    const { html, text } = renderMail(
      mailInput({ notification: { title: '😀'.repeat(255), body, link }, brand, footer, type }),
    );
    expect(encodedSize(html)).toBeLessThan(96_001);
    expect(text).toContain(body.trim());
  });

  it('of what it cuts is what it thinks it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '<', '=', 'é', '€', '😀') }), (text) => {
        expect(encodedSize(paragraphs(text))).toBeLessThanOrEqual(
          paragraphsSize(text) + encodedSize(paragraphs('')),
        );
      }),
    );
  });

  it('of HTML is that of quoted-printable', () => {
    expect([
      encodedSize('a<'),
      encodedSize('='),
      encodedSize('é'),
      encodedSize('€'),
      encodedSize('😀'),
    ]).toEqual([2, 3, 6, 9, 12]);
  });
});

describe('colours', () => {
  it('have a text that can be read on them, whatever they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (number) => {
        const color = `#${number.toString(16).padStart(6, '0')}`;
        expect(contrast(textOn(color), color)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it.each([
    ['#000', '#ffffff'],
    ['#fff', '#000000'],
    ['#ff0', '#000000'],
    ['#3a51d6', '#ffffff'],
    ['#D42C21', '#ffffff'],
  ])('%s gets %s', (color, text) => {
    expect(textOn(color)).toBe(text);
    expect(renderMail(mailInput({ brand: { color } })).html).toContain(`color:${text};text-decoration:none`);
  });

  it('of a button that is like the card get an outline, in light and in dark', () => {
    expect(renderMail(mailInput({ brand: { color: '#ffffff' } })).html).toContain('border:1px solid #7b8494');
    expect(renderMail(mailInput({ brand: { color: '#111111' } })).html).toContain(
      '.button { border-color: #7f8898',
    );
  });
});

describe('headers', () => {
  it('are those of a mail that a machine wrote, to one who may unsubscribe', () => {
    const { headers, messageId, references } = renderMail(mailInput());
    expect(headers).toEqual({
      'Auto-Submitted': 'auto-generated',
      'List-Id': '<job_failed.mail.example.com>',
      'List-Unsubscribe': '<https://notify.example.com/v1/unsubscribe/TOKEN>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    expect(messageId).toBe(
      `<0195e1f0-0000-7000-8000-000000000001.dXNlcl80Mg.${'A'.repeat(43)}@mail.example.com>`,
    );
    expect(references).toBeUndefined();
  });

  it('offer no unsubscribing where there is none', () => {
    const { headers } = renderMail(mailInput({ unsubscribeUrl: null }));
    expect(Object.keys(headers)).toEqual(['Auto-Submitted', 'List-Id']);
  });

  it('of a key with dots are those of RFC 2919', () => {
    const { headers } = renderMail(mailInput({ notification: { type: 'a..b.' } }));
    expect(headers['List-Id']).toBe('<a.b.mail.example.com>');
  });

  it('keep together what is about one thing', () => {
    const thread = (notification: object) => renderMail(mailInput({ notification })).references;
    const order = { entityType: 'order', entityId: '17' };
    expect(thread(order)).toMatch(/^<thread\.[\w-]{43}@mail\.example\.com>$/);
    expect(thread({ ...order, title: 'Another' })).toBe(thread(order));
    expect(thread({ ...order, entityId: '18' })).not.toBe(thread(order));
    expect(thread({ ...order, collapseKey: 'k' })).toBe(thread({ collapseKey: 'k' }));
    expect(thread({ entityType: 'é'.repeat(128), entityId: '\n'.repeat(128) })).toHaveLength(69);
  });
});

describe('what a host application makes', () => {
  it('is taken as it is, under the same headers and one line of subject', () => {
    const made = { subject: 'Mine\nBcc: x', html: '<b>mine</b>', text: 'mine' };
    const { messageId, headers } = renderMail(mailInput());
    expect(renderMail(mailInput(), made)).toMatchObject({
      ...made,
      subject: 'Mine Bcc: x',
      messageId,
      headers,
    });
    expect(renderMail(mailInput(), { ...made, subject: ' ' }).subject).toBe('The nightly import failed');
  });
});
