import { textProblem } from './text.js';

/** The largest `data` object, in bytes of its JSON text. */
export const MAX_DATA_BYTES = 65_536;
/** The deepest nesting of `data`: far beyond any use, and far below what overflows a stack. */
export const MAX_DATA_DEPTH = 64;

/** Why a value cannot be stored as a JSON object, or undefined when it can. */
export function jsonObjectProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  const problem = walk(value, 1);
  if (problem) return problem;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > MAX_DATA_BYTES ? `must be at most ${MAX_DATA_BYTES} bytes of JSON, not ${bytes}` : undefined;
}

function walk(value: unknown, depth: number): string | undefined {
  if (depth > MAX_DATA_DEPTH) return `must not be nested deeper than ${MAX_DATA_DEPTH} levels`;
  if (typeof value === 'string') return textProblem(value, 0, Infinity);
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : 'must not contain infinite numbers';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const problem = textProblem(key, 0, Infinity) ?? walk(item, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

/** Whether a parsed value is nested deeper than so many levels. Level by level: how deep it is, is the caller's. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= most; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
