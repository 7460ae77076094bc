import { likely } from '../../common/suggest.js';

/** What is said of a word that is none of those that may stand there. */
export function unknownWord(what: string, word: string, known: readonly string[]): string {
  const meant = likely(word, known);
  return `unknown ${what}; ${meant === undefined ? `use one of ${known.join(', ')}` : `did you mean "${meant}"?`}`;
}
