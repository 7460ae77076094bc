/**
 * Waits for work, but not for longer than a time. Work that goes on after that may still fail, and nothing hears of it.
 * @returns whether it has ended in time
 * @throws what the work throws in time
 */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
