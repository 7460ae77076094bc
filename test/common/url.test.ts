import { describe, expect, it } from '@jest/globals';
import { parseUrl } from '../../src/common/url.js';

/** More calls than V8 needs to optimise a function, after which Node 20's own check goes wrong. */
const UNTIL_OPTIMISED = 50_000;

describe('parseUrl', () => {
  it.each(['https://bücher.example/', 'https://example.com/café', 'https://例え.jp/', 'ntfy://x'])(
    'reads %s however often it is asked',
    (text) => {
      const { href } = new URL(text);
      let read = 0;
      for (let call = 0; call < UNTIL_OPTIMISED; call += 1) if (parseUrl(text)?.href === href) read += 1;
      expect(read).toBe(UNTIL_OPTIMISED);
    },
  );

  it.each(['', 'example.com', '/path', 'http://', 'http://a b/', 'http://[::1', 'https://x:99999/'])(
    'has nothing for %j',
    (text) => {
      expect(parseUrl(text)).toBeUndefined();
    },
  );
});
