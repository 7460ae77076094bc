import { MAX_ID_LENGTH, textProblem } from '../common/text.js';

/** What is taken from a token whose signature and times were found good. */
export interface Claims {
  userId: string;
  /** Milliseconds since the epoch; undefined for a token that does not expire. */
  expiresAt?: number;
}

/** The greatest time that a Date can hold: a token that says more does not expire for any purpose of ours. */
const LAST_TIME = 8.64e15;

/** Whether a value can name a user: text of 1 to 128 characters that PostgreSQL can store. */
export function isUserId(value: unknown): value is string {
  return textProblem(value, 1, MAX_ID_LENGTH) === undefined;
}

/** Reads the payload of a verified token; undefined when its `sub` names no user. */
export function readClaims(payload: unknown): Claims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { sub, exp } = payload as { sub?: unknown; exp?: unknown };
  if (!isUserId(sub)) return undefined;
  return {
    userId: sub,
    ...(typeof exp === 'number' && { expiresAt: Math.min(exp * 1000, LAST_TIME) }),
  };
}
