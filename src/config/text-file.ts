import { readFileSync } from 'node:fs';

/** What editors put before a text, by the encoding that they saved it in. */
const MARKS: [mark: number[], encoding: string][] = [
  // Before the shorter one, with which it begins.
  [[0xff, 0xfe, 0, 0], 'UTF-32'],
  [[0, 0, 0xfe, 0xff], 'UTF-32'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * Reads a text that a person wrote: UTF-8, or UTF-16 with its byte order mark, as Windows saves it. The mark is no
 * part of the text.
 * @throws Error saying in which encoding it is to be saved
 */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path);
  const [, encoding = 'utf-8'] = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [];
  if (encoding !== 'UTF-32') {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      // A text has none: it is one of two bytes to the letter, without a mark.
      if (!text.includes('\0')) return text;
    } catch {
      // Bytes that are none of the encoding's.
    }
  }
  throw new Error('is neither UTF-8 nor UTF-16 with a byte order mark: save it as UTF-8');
}
