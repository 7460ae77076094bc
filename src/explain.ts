import { CarillonError } from './common/errors.js';

const MENDABLE = ['ConfigurationError', 'DatabaseStartError', 'ListenError', 'CleanupIncomplete'];

/** What a failed start or command says: a reason that a person can mend is a sentence, anything else a stack. */
export function explain(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown instanceof CarillonError) {
    const issues = thrown.errors?.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    return issues && issues.length > 1 ? issues.join('; ') : thrown.detail;
  }
  if (MENDABLE.includes(thrown.name)) return thrown.message;
  return thrown.stack ?? thrown.message;
}
