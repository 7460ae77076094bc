import { closest, distance } from 'fastest-levenshtein';

/** The candidate that a mistyped word was most likely meant to be, or undefined when none is near. */
export function likely(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 100) return undefined;
  const sameLetters = candidates.find((candidate) => candidate.toLowerCase() === word.toLowerCase());
  if (sameLetters !== undefined) return sameLetters;
  const best = closest(word, candidates);
  const wrong = distance(word, best);
  // Half of the letters wrong is another word, not a typing error.
  return wrong <= Math.max(2, best.length / 2) && wrong < best.length ? best : undefined;
}

/** ` Did you mean "x"?` for the candidate nearest to a mistyped word, or nothing when none is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const best = likely(word, candidates);
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}

/** The candidate nearest to a word, however far it is. */
export function nearest(word: string, candidates: readonly string[]): string {
  return closest(word.slice(0, 100), candidates);
}
