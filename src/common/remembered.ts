import { LRUCache } from 'lru-cache';

/** A pure function of a text that keeps its latest results. @param most how many */
export function remembered<Result extends NonNullable<unknown>>(
  most: number,
  make: (text: string) => Result,
): (text: string) => Result {
  const results = new LRUCache<string, Result>({ max: most, memoMethod: (text) => make(text) });
  return (text) => results.memo(text);
}
