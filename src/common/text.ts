/** The longest user or tenant id, in characters: identity providers issue opaque text such as `user_2x…`. */
export const MAX_ID_LENGTH = 128;

/**
 * Why a text cannot be stored, or undefined when it can. PostgreSQL's text holds no NUL and no lone surrogates:
 * without this check they would be a 500 from the driver.
 * @param least the shortest length, in characters (code points)
 * @param most the greatest length, in characters (code points)
 */
export function textProblem(value: unknown, least: number, most: number): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  // n UTF-16 units are n/2 to n characters: only where these two disagree about a limit must they be counted.
  const units = value.length;
  const isClear = units > most * 2 || (units <= most && units >= least * 2);
  const length = isClear ? units : [...value].length;
  if (length < least) return least === 1 ? 'must not be empty' : `must have at least ${least} characters`;
  if (length > most) return `must have at most ${most} characters`;
  if (value.includes('\0')) return 'must not contain NUL characters';
  if (!value.isWellFormed()) return 'must not contain lone surrogates';
  return undefined;
}

/** How much of a caller's word is repeated in an answer: longer than any name here, and enough to recognise it by. */
const EXCERPT_LENGTH = 64;

/** The beginning of a text from outside, for a message that repeats it. */
export function excerpt(text: string, most = EXCERPT_LENGTH): string {
  // A pair of surrogates that is cut in two is not text any more.
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`;
}

/**
 * A text of which something can be seen. A part that is empty once a receiver has trimmed it makes chats refuse the whole
 * message, and each trims other characters.
 */
export function visible(text: string | null): string | undefined {
  return text !== null && /[^\s\p{Z}\p{Cc}\p{Cf}\p{Cs}]/u.test(text) ? text : undefined;
}
