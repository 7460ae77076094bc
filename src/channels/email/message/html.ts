import { type Measure } from '../../cut.js';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text within HTML, also within a quoted attribute. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

// Each paragraph is written in its own direction.
const BEGIN = '<p dir="auto" style="margin:0 0 16px">';
const BETWEEN = `</p>\n${BEGIN}`;
const LINE = '<br>\n';

/** Plain text as paragraphs: an empty line begins a new one. */
export function paragraphs(text: string): string {
  const parts = text.trim().split(/\n\s*\n/);
  const lines = parts.map((part) => escape(part.trim()).replace(/\n/g, LINE));
  return `${BEGIN}${lines.join(BETWEEN)}</p>`;
}

/** What HTML takes on its way, as quoted-printable: a byte that is not ASCII is three there, and so is `=`. */
export const encodedSize: Measure = (html) => {
  const bytes = Buffer.byteLength(html);
  // Of a character that is not ASCII all bytes count thrice.
  let size = bytes;
  for (let at = 0; at < html.length; at += 1) {
    const unit = html.charCodeAt(at);
    if (unit === 0x3d) size += 2;
    else if (unit > 0x7f) size += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 6 : 4;
  }
  return size;
};

/** A unit of UTF-16 takes nine at most: what is short enough need not be measured. */
export function isBelow(limit: number, html: string): boolean {
  return html.length * 9 <= limit || encodedSize(html) <= limit;
}

/** The most that a text takes as {@link paragraphs}; a line break may be half of what separates two of them. */
export const paragraphsSize: Measure = (text) => {
  let size = encodedSize(escape(text));
  for (const unit of text) if (unit === '\n') size += encodedSize(BETWEEN) / 2;
  return size;
};
