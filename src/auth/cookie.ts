/**
 * The value of one cookie, read without parsing the others: this runs on every request of a browser. The first
 * of several cookies with one name counts, which browsers send with the most specific path first (RFC 6265).
 * No header, however malformed, makes it throw. Values are taken as they are: a token needs no decoding.
 */
export function cookieValue(header: string, name: string): string | undefined {
  let start = 0;
  while (start < header.length) {
    const at = header.indexOf(name, start);
    if (at === -1) return undefined;
    const equals = at + name.length;
    if (header.charCodeAt(equals) === EQUALS && isStartOfCookie(header, at)) {
      const end = header.indexOf(';', equals);
      return unquoted(header.slice(equals + 1, end === -1 ? undefined : end).trim());
    }
    start = equals;
  }
  return undefined;
}

const EQUALS = 61;
const SEMICOLON = 59;
const SPACE = 32;
const TAB = 9;

function isStartOfCookie(header: string, at: number): boolean {
  let before = at - 1;
  while (header.charCodeAt(before) === SPACE || header.charCodeAt(before) === TAB) before -= 1;
  return before < 0 || header.charCodeAt(before) === SEMICOLON;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
