const DEADLOCK_DETECTED = '40P01';
const SERIALIZATION_FAILURE = '40001';
/** Two statements over the same rows meet at most a few times in a row. */
const ATTEMPTS = 5;

/**
 * Runs a statement or a transaction of its own again when PostgreSQL broke a deadlock by cancelling it: nothing of it was done.
 * Not for work inside a caller's transaction, which has failed as a whole.
 */
export async function retryDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const broken = code === DEADLOCK_DETECTED || code === SERIALIZATION_FAILURE;
      if (!broken || attempt === ATTEMPTS) throw error;
    }
  }
}
