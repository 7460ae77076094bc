import { describe, expect, it } from '@jest/globals';
import { SecretBox } from '../../src/common/secret-box.js';

const KEY = 'a key of at least thirty-two characters';
const NEXT_KEY = 'another key of at least thirty-two characters';

describe('SecretBox', () => {
  const box = new SecretBox(KEY);

  it('opens what it sealed, and seals the same text differently each time', () => {
    const sealed = box.seal('https://hooks.example/ü', 'row');
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(sealed).not.toBe(box.seal('https://hooks.example/ü', 'row'));
    expect(box.open(sealed, 'row')).toBe('https://hooks.example/ü');
    expect(box.previousPrefix).toBeUndefined();
  });

  it('opens only where it belongs, and unchanged', () => {
    const sealed = box.seal('secret', 'row 1');
    expect(() => box.open(sealed, 'row 2')).toThrow();
    expect(() => box.open(sealed.slice(0, -4) + 'AAAA', 'row 1')).toThrow();
    expect(() => box.open('v2.x.y', 'row 1')).toThrow('unknown key');
  });

  it('changes keys: the former one still opens, the new one seals', () => {
    const sealed = box.seal('secret', 'row');
    const rotated = new SecretBox(NEXT_KEY, KEY);
    expect(rotated.open(sealed, 'row')).toBe('secret');
    expect(sealed.startsWith(rotated.previousPrefix ?? '')).toBe(true);
    expect(rotated.seal('secret', 'row').startsWith(rotated.previousPrefix ?? '')).toBe(false);
    expect(() => new SecretBox(NEXT_KEY).open(sealed, 'row')).toThrow('unknown key');
    expect(() => box.open(rotated.seal('secret', 'row'), 'row')).toThrow('unknown key');
  });

  it('hashes the same text to the same, by key and by what it is for', () => {
    const hash = box.hash('text', 'place');
    expect(hash).toEqual(new SecretBox(KEY).hash('text', 'place'));
    expect(hash).not.toEqual(box.hash('text', 'another place'));
    expect(hash).not.toEqual(box.hash('another text', 'place'));
    const rotated = new SecretBox(NEXT_KEY, KEY);
    expect(rotated.hash('text', 'place')).not.toEqual(hash);
    expect(rotated.hashes('text', 'place')).toEqual([rotated.hash('text', 'place'), hash]);
    expect(box.hashes('text', 'place')).toEqual([hash]);
  });
});
