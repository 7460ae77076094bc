/** A number that a double cannot hold, or is written otherwise, as it was written: an id of 64 bits, `1e400`. */
export class JsonNumber {
  /** @param literal as JSON has it */
  constructor(readonly literal: string) {}
}

/**
 * A number of sixteen signs or with an exponent: every other one is held by a double, which has fifteen digits at the
 * least. In a text it may only look like one, which costs time and nothing else.
 */
const UNUSUAL = /(?:^|[:[,\s])-?\d(?:[\d.]{15}|[\d.]*[eE])/;

/** Whether a JSON text may hold a number that {@link parseExactly} reads otherwise than `JSON.parse`. */
export function mayLoseDigits(json: string): boolean {
  return UNUSUAL.test(json);
}

/** A text, which is a key when a colon comes after it; or a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*/g;

/**
 * `JSON.parse`, but a number that would be written otherwise afterwards is a {@link JsonNumber}.
 * Node 20 does not show to a reviver how a number was written, so each number is made a text, and each text is marked
 * as one, before the parser sees them.
 * @param json the text, known to be JSON
 */
export function parseExactly(json: string): unknown {
  const marked = json.replaceAll(TOKEN, (token: string, colon: string | undefined) => {
    if (colon !== undefined) return token;
    return token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`;
  });
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== 'string') return value;
    const rest = value.slice(1);
    return value.startsWith('s') ? rest : numberOf(rest);
  });
}

function numberOf(literal: string): number | JsonNumber {
  const value = Number(literal);
  return String(value) === literal || !mayLoseDigits(literal) ? value : new JsonNumber(literal);
}
