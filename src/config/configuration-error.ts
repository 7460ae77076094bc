/** The configuration is wrong: the message names everything that is missing or wrong at once, a line for each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * @param problems each as `<name>: <what is wrong>`
 * @throws ConfigurationError when there are any
 */
export function refuse(problems: readonly string[], heading: string): void {
  if (problems.length === 0) return;
  throw new ConfigurationError(`${heading}\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
}
