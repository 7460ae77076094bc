import type { InputIssue } from '../../common/errors.js';
import { parseId } from '../../common/typeid.js';
import type { OwnReading } from '../../common/validation.js';
import { readSearch } from '../../notifications/search-input.js';
import { WORKSPACE_FILTER } from './workspace.shape.js';

const MAX_IDS = 100;

/** The filter, the order and the ids of a list, which come as texts, and what is wrong between its cursors. */
export const LIST_READING: OwnReading = {
  keys: ['filter', 'orderBy', 'ids'],
  read({ after, before, ids, filter, orderBy }) {
    const issues: InputIssue[] = [];
    if (after !== undefined && before !== undefined) {
      issues.push({ path: 'before', message: 'cannot be combined with after' });
    }
    const idList = readIds(ids, issues);
    const search = readSearch(
      WORKSPACE_FILTER,
      readJson('filter', filter, issues),
      readJson('orderBy', orderBy, issues),
    );
    issues.push(...search.issues);
    return { values: { filter: search.filter, orderBy: search.order, ids: idList }, issues };
  },
};

/** The items of a comma-separated list; undefined where there is none. */
function readIds(text: unknown, issues: InputIssue[]): string[] | undefined {
  if (!isOnce('ids', text, issues)) return undefined;
  // One more than there may be, however many there are.
  const items = text.trim() === '' ? [] : text.split(',', MAX_IDS + 1).map((item) => item.trim());
  if (items.length > MAX_IDS) issues.push({ path: 'ids', message: `must have at most ${MAX_IDS} ids` });
  const wrong = items.findIndex((item) => parseId(item) === undefined);
  if (wrong >= 0) issues.push({ path: `ids[${wrong}]`, message: 'must be a UUID or an id such as ntf_…' });
  return items;
}

function readJson(path: string, text: unknown, issues: InputIssue[]): unknown {
  if (!isOnce(path, text, issues)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    issues.push({ path, message: 'must be JSON' });
    return undefined;
  }
}

function isOnce(path: string, text: unknown, issues: InputIssue[]): text is string {
  if (typeof text === 'string') return true;
  if (text !== undefined) issues.push({ path, message: 'must be given once' });
  return false;
}
