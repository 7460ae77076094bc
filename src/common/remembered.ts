import { LRUCache } from 'lru-cache';

/** A pure function of a text that keeps its latest results. @param most how many */
export function remembered<Result extends NonNullable<unknown>>(
  most: number,
  make: (text: string) => Result,
): (text: string) => Result {
  const results = new LRUCache<string, Result>({ max: most });
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = make(text);
    results.set(text, result);
    return result;
  };
}
