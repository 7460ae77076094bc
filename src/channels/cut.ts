const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ELLIPSIS = '…';

/** How much of a limit a piece of text takes. Must be additive: of a whole, the sum of its parts. */
export type Measure = (text: string) => number;

/** UTF-16 units: never fewer than characters, whichever of the two a receiver counts. */
export const units: Measure = (text) => text.length;

export const bytes: Measure = (text) => Buffer.byteLength(text);

/** The bytes inside the quotes of a JSON string. */
export const jsonBytes: Measure = (text) => bytes(JSON.stringify(text)) - 2;

/**
 * Cuts a text to a limit, between graphemes (never inside an emoji or an accented letter), with an ellipsis where
 * something was cut. Half a surrogate pair, which a receiver's JSON parser may refuse, becomes a replacement character.
 */
export function cut(given: string, limit: number, measure: Measure = units): string {
  const text = given.toWellFormed();
  // One UTF-16 unit is at least one unit of any measure, so a long text need not be measured as a whole.
  if (text.length <= limit && measure(text) <= limit) return text;
  const room = limit - measure(ELLIPSIS);
  let used = 0;
  let end = 0;
  // A grapheme beyond the limit's length cannot fit: what lies behind it need not be segmented.
  for (const { segment, index } of SEGMENTER.segment(text.slice(0, limit + 1))) {
    used += measure(segment);
    if (used > room) break;
    end = index + segment.length;
  }
  return room < 0 ? '' : text.slice(0, end).trimEnd() + ELLIPSIS;
}
