import type { Command } from 'commander';
import { CarillonError, invalidInput } from '../common/errors.js';

/**
 * The same result of work with what a command was given; what is wrong with that is said of its flags and arguments, not of
 * the properties that the code has for them.
 * @param others flags and arguments that are called otherwise than their properties
 */
export async function inFlags<T>(
  command: Command,
  work: Promise<T>,
  others: Readonly<Record<string, string>> = {},
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CarillonError) || error.errors === undefined) throw error;
    const flags = command.options.map(
      (option) => [option.attributeName(), option.long ?? option.flags] as const,
    );
    const names = new Map([...flags, ...Object.entries(others)]);
    const named = (word: string) => names.get(word) ?? word;
    throw invalidInput(
      error.errors.map(({ path, message }) => ({
        path: path.replace(/^\w+/, named),
        // A word without a capital, such as "link", is a word of the sentence.
        message: message.replace(/\b[a-z]+[A-Z]\w*/g, named),
      })),
    );
  }
}
