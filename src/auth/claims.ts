import { MAX_ID_LENGTH, textProblem } from '../common/text.js';

/** What is taken from a token whose signature and times were found good. */
export interface Claims {
  userId: string;
  /** Milliseconds since the epoch; undefined for a token that does not expire. */
  expiresAt?: number;
}

/** The greatest time that a Date can hold: a token that says more never expires in practice. */
const LAST_TIME = 8.64e15;

/** Whether a value can name a user: text of 1 to 128 characters that PostgreSQL can store. */
export function isUserId(value: unknown): value is string {
  return textProblem(value, 1, MAX_ID_LENGTH) === undefined;
}

/**
 * Reads the payload of a verified token.
 * @returns what is wrong with it, where its `sub` names no user: the issuer has signed it, so this reveals nothing to
 *   a stranger, and the person who set the issuer up has to know
 */
export function readClaims(payload: unknown): Claims | { problem: string } {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return { problem: 'its payload is not a JSON object' };
  }
  const { sub, exp } = payload as { sub?: unknown; exp?: unknown };
  if (sub === undefined) return { problem: 'it has no "sub", which names the user' };
  if (typeof sub !== 'string') {
    const kind = sub === null ? 'null' : Array.isArray(sub) ? 'a list' : `of type ${typeof sub}`;
    return { problem: `its "sub" is ${kind}; RFC 7519 has a string there, such as "17"` };
  }
  const problem = textProblem(sub, 1, MAX_ID_LENGTH);
  if (problem !== undefined) return { problem: `its "sub" ${problem}` };
  return {
    userId: sub,
    ...(typeof exp === 'number' && { expiresAt: Math.min(exp * 1000, LAST_TIME) }),
  };
}
