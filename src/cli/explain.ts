import { CarillonError } from '../common/errors.js';

/** What a failed command says: a reason that a person can mend is a sentence, anything else a stack. */
export function explain(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown instanceof CarillonError) {
    const issues = thrown.errors?.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    return issues && issues.length > 1 ? issues.join('; ') : thrown.detail;
  }
  if (['ConfigurationError', 'DatabaseStartError', 'CleanupIncomplete'].includes(thrown.name))
    return thrown.message;
  return thrown.stack ?? thrown.message;
}
