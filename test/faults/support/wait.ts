import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so; the test's own time-out is the only limit. */
export async function until(condition: () => unknown, everyMs = 50): Promise<void> {
  while (!(await condition())) await sleep(everyMs);
}
