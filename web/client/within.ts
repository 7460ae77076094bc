import { ConnectionError } from './errors.js';

/** Rejects when the signal says so, whether or not what is waited for heeds it: a replaced `fetch` may not. */
export function heeding<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new ConnectionError('No answer came in time, or the call was aborted.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    void work.then(resolve, reject).then(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Gives work so much time and no more. `AbortSignal.timeout` and `any` would do it, and are not everywhere.
 *
 * @param outer ends it too
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = setTimeout(stop, ms);
  outer?.addEventListener('abort', stop);
  if (outer?.aborted) stop();
  try {
    return await heeding(abort.signal, work(abort.signal));
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
}
