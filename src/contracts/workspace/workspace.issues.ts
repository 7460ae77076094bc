import type { InputIssue } from '../../common/errors.js';
import { parseId } from '../../common/typeid.js';
import { parseSearch } from '../../notifications/search.service.js';
import { WORKSPACE_FILTER } from './workspace.shape.js';

const MAX_IDS = 100;

/** What is wrong within the parameters of a list, and between them. One that is no text is told by its decorators. */
export function queryIssues({ after, before, ids, filter, orderBy }: Record<string, unknown>): InputIssue[] {
  const issues: InputIssue[] = [];
  if (after !== undefined && before !== undefined) {
    issues.push({ path: 'before', message: 'cannot be combined with after' });
  }
  if (typeof ids === 'string') issues.push(...idsIssues(splitIds(ids)));
  const search = {
    names: WORKSPACE_FILTER,
    filter: readJson('filter', filter, issues),
    orderBy: readJson('orderBy', orderBy, issues),
  };
  return [...issues, ...parseSearch(search).issues];
}

/** The items of a comma-separated list. */
export function splitIds(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((item) => item.trim());
}

function idsIssues(items: string[]): InputIssue[] {
  const issues: InputIssue[] = [];
  if (items.length > MAX_IDS) issues.push({ path: 'ids', message: `must have at most ${MAX_IDS} ids` });
  const wrong = items.findIndex((item) => parseId(item) === undefined);
  if (wrong >= 0) issues.push({ path: `ids[${wrong}]`, message: 'must be a UUID or an id such as ntf_…' });
  return issues;
}

function readJson(path: string, text: unknown, issues: InputIssue[]): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    issues.push({ path, message: 'must be JSON' });
    return undefined;
  }
}
