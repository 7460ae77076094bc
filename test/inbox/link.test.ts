import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linkProblem } from '../../src/notifications/link.js';

const GOOD = [
  '/',
  '/jobs/17?tab=log#line-3',
  '/caf%C3%A9/ü/日本',
  '/a//b',
  '/a\\b',
  '/:x',
  '/javascript:alert(1)',
  'https://example.com',
  'http://example.com:8080/x?y=1#z',
  'HTTPS://EXAMPLE.COM/',
  'https://example.com/@user:x@y',
  'https://[::1]/',
  `/${'x'.repeat(2_047)}`,
  `/${'😀'.repeat(2_047)}`,
];

const BAD = [
  '',
  ' ',
  'x',
  'jobs/17',
  './x',
  '../x',
  '#x',
  '?x',
  'example.com',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\\evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/ok\nX: y',
  '/with space',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'vbscript:x',
  'data:text/html,<script>alert(1)</script>',
  'blob:https://example.com/x',
  'file:///etc/passwd',
  'mailto:a@example.com',
  'tel:+1',
  'ftp://example.com',
  'ws://example.com',
  'http:',
  'http:/example.com',
  'http:example.com',
  'https:\\\\example.com',
  'https:///example.com',
  'https://',
  'http://exa mple.com',
  'https://[::1',
  'https://example.com:99999',
  '/x\u0000',
  '/x\u0085',
  '/\ud800',
  `/${'x'.repeat(2_048)}`,
  `/${'😀'.repeat(2_048)}`,
  null,
  1,
  {},
  ['/x'],
];

describe('a link', () => {
  it.each(GOOD)('may be %j', (link) => {
    expect(linkProblem(link)).toBeUndefined();
  });

  it.each(BAD)('may not be %j', (link) => {
    expect(linkProblem(link)).toEqual(expect.any(String));
  });

  it.each([
    'https://user:pw@example.com/',
    'http://user@example.com',
    'https://:pw@example.com/',
    'https://a@b@c/',
  ])('says that it may not have credentials, as in %j', (link) =>
    expect(linkProblem(link)).toBe('must not contain credentials'),
  );

  it('leads to its own host or over http(s), as a browser reads it, whatever it is made of', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      ':',
      '\t',
      '\n',
      ' ',
      '@',
      '?',
      '#',
      '.',
      'http',
      's',
      'javascript',
      'x',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        (link) => {
          if (linkProblem(link) !== undefined) return;
          const url = new URL(link, 'https://own.example');
          expect(['http:', 'https:']).toContain(url.protocol);
          expect(url.username + url.password).toBe('');
          if (!/^https?:/i.test(link)) expect(url.host).toBe('own.example');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
