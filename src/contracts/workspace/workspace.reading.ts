import type { Reader, Reading } from '../../common/rule.js';
import { parseId } from '../../common/typeid.js';

export const MAX_IDS = 100;

// A parameter of a query is a text, or undefined.

/** The items of a comma-separated list; undefined where there is none. */
export function readIds(given: unknown, path: string): Reading<string[] | undefined> {
  if (given === undefined) return { value: undefined };
  const text = given as string;
  // One more than there may be, however many there are.
  const items = text.trim() === '' ? [] : text.split(',', MAX_IDS + 1).map((item) => item.trim());
  const issues = items.length > MAX_IDS ? [{ path, message: `must have at most ${MAX_IDS} ids` }] : [];
  const wrong = items.findIndex((item) => parseId(item) === undefined);
  if (wrong >= 0)
    issues.push({ path: `${path}[${wrong}]`, message: 'must be a UUID or an id such as ntf_…' });
  return issues.length > 0 ? { issues } : { value: items };
}

/** Reads what comes as JSON in a text. */
export function readsJson(reader: Reader): Reader {
  return (given, path, around) => {
    if (given === undefined) return reader(undefined, path, around);
    let value: unknown;
    try {
      value = JSON.parse(given as string);
    } catch {
      return { issues: [{ path, message: 'must be JSON' }] };
    }
    return reader(value, path, around);
  };
}
