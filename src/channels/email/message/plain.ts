/** Everything that ends a line in some reader. */
const LINE_ENDS = /\r\n|[\r\u0085\u2028\u2029]/g;

// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Marks that change the order of all that follows them: in a line that stands in a list they would reach the next column. */
const REORDERS = /[\u202a-\u202e\u2066-\u2069]/g;

/** A text in which nothing but line breaks and tabs is not a character to read. */
export function plain(text: string): string {
  return text.toWellFormed().replace(LINE_ENDS, '\n').replace(CONTROLS, '');
}

/** A text as one line, for a header or a heading. */
export function oneLine(text: string): string {
  return plain(text).replace(REORDERS, '').replace(/\s+/g, ' ').trim();
}
