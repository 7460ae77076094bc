import { distance } from 'fastest-levenshtein';

/** A variable that is set and not known, and the one that it was most likely meant to be. */
export interface Misspelt {
  name: string;
  meant: string;
}

/** A typing error in six letters. A shorter name, such as PORT, is too near to what others call theirs. */
const LETTERS_PER_ERROR = 6;

/** At this distance names of several words are still the same words. */
const MOST_ERRORS = 3;

/** What other programs read, and is spelt as they want it. */
const OTHERS = new Set(['LOGLEVEL']);

/**
 * The variables that look like one of Carillon's with a typing error. One that is set, be it to nothing, was not
 * meant by another name: then that one is another program's.
 * @param names of all variables that are set to something
 * @param known the names of all of Carillon's
 * @param isSet whether one of Carillon's is set, be it to nothing
 */
export function misspelt(
  names: readonly string[],
  known: readonly string[],
  isSet: (name: string) => boolean,
): Misspelt[] {
  const open = known.filter((name) => !isSet(name));
  return names
    .filter((name) => !known.includes(name) && !OTHERS.has(name))
    .flatMap((name) => {
      const [nearest] = open
        .map((meant) => ({ meant, errors: errorsIn(plain(name), meant) }))
        .filter(({ meant, errors }) => errors <= allowed(meant))
        .toSorted((one, other) => one.errors - other.errors);
      return nearest ? [{ name, meant: nearest.meant }] : [];
    });
}

/** `<name>: <what is wrong>`, for a refusal and for the log. */
export function sayMisspelt({ name, meant }: Misspelt): string {
  return (
    `${printable(name)}: is not known. Did you mean ${meant}? ` +
    `(If it is another program's, set ${meant} as well; empty is its default.)`
  );
}

function allowed(known: string): number {
  return Math.min(MOST_ERRORS, Math.floor(known.length / LETTERS_PER_ERROR));
}

function errorsIn(word: string, known: string): number {
  if (isName(word, known)) return Infinity;
  const swapped = Array.from(
    word,
    (letter, at) => word.slice(0, at) + (word[at + 1] ?? '') + letter + word.slice(at + 2),
  );
  // Two letters that changed places are one error.
  return Math.min(distance(word, known), ...swapped.map((other) => 1 + distance(other, known)));
}

/**
 * DATABASE_URLS, DATABASE_URL_2 and MY_REDIS_URL are names of their own, but for a last letter that was struck twice;
 * CARILLON_ begins no other program's.
 */
function isName(word: string, known: string): boolean {
  if (word === known || word === known + known.at(-1)) return false;
  return word.includes(known) && !known.startsWith('CARILLON_');
}

/** Without what cannot be seen, and in capitals: a mark before the first variable of a file, or a space after one. */
function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '');
}

function printable(name: string): string {
  return name.replaceAll(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
